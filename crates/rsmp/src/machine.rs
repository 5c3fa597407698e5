//! Memory of the machine and of this process.

use sysinfo::{MemoryRefreshKind, Pid, ProcessRefreshKind, ProcessesToUpdate, RefreshKind, System};

/// What is taken for available on a system that does not say.
const UNKNOWN: u64 = 2 << 30;

/// Bytes of memory that can be had, within the limit of a container where there is one.
pub(crate) fn available_memory() -> u64 {
    let what = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(what) else {
        return UNKNOWN;
    };
    let limit = system
        .cgroup_limits()
        .map_or(u64::MAX, |limits| limits.free_memory);
    system.available_memory().min(limit)
}

/// Bytes of memory that this process has now; 0 on a system that does not say.
pub(crate) fn resident_memory() -> u64 {
    let Ok(mut system) = System::new() else {
        return 0;
    };
    let own = Pid::from_u32(std::process::id());
    let what = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[own]), false, what);
    system.process(own).map_or(0, sysinfo::Process::memory)
}
