//! Steps through products of ranges in C order.

/// Calls `visit` for every index of a box of the given lengths, the last axis fastest. A box of no axes
/// has one index, the empty one.
pub(crate) fn each_index(lens: &[usize], mut visit: impl FnMut(&[usize])) {
    if lens.contains(&0) {
        return;
    }
    let mut index = vec![0; lens.len()];
    loop {
        visit(&index);
        let Some(axis) = (0..lens.len())
            .rev()
            .find(|&axis| index[axis] + 1 < lens[axis])
        else {
            return;
        };
        index[axis] += 1;
        index[axis + 1..].fill(0);
    }
}

/// Elements from one index to the next along each axis of a C-ordered array.
pub(crate) fn strides(lens: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; lens.len()];
    for axis in (1..lens.len()).rev() {
        strides[axis - 1] = strides[axis] * lens[axis];
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_come_in_c_order() {
        let mut seen = Vec::new();
        each_index(&[2, 1, 2], |index| seen.push(index.to_vec()));
        assert_eq!(seen, [[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 1]]);
        each_index(&[2, 0], |_| panic!("an empty box has no index"));
        let mut calls = 0;
        each_index(&[], |_| calls += 1);
        assert_eq!(calls, 1);
        assert_eq!(strides(&[2, 3, 4]), [12, 4, 1]);
    }
}
