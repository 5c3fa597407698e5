//! An S3 server on the loopback interface, for as long as a test needs it.

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::{io, net::Ipv4Addr, path::Path, thread};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot};

/// Access key that the server accepts.
pub const ACCESS_KEY: &str = "rsmp-access-key";
/// Secret of [`ACCESS_KEY`]; tests look for it where it must not be.
pub const SECRET_KEY: &str = "canary-rsmp-secret-key";
/// Name of the one bucket.
pub const BUCKET: &str = "ocean";

/// A server with one empty bucket, on a port of its own; stops when it is dropped.
#[derive(Debug)]
pub struct S3Server {
    endpoint: String,
    root: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl S3Server {
    /// Starts a server.
    ///
    /// # Errors
    /// When no port or folder can be had.
    pub fn start() -> io::Result<Self> {
        Self::serve(Some(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY)))
    }

    /// Starts a server that takes unsigned requests alone.
    ///
    /// # Errors
    /// When no port or folder can be had.
    pub fn public() -> io::Result<Self> {
        Self::serve(None)
    }

    fn serve(auth: Option<SimpleAuth>) -> io::Result<Self> {
        let root = TempDir::new()?;
        std::fs::create_dir(root.path().join(BUCKET))?;
        let files = FileSystem::new(root.path()).map_err(|e| io::Error::other(format!("{e:?}")))?;
        let mut service = S3ServiceBuilder::new(files);
        if let Some(auth) = auth {
            service.set_auth(auth);
        }
        let service = service.build();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            runtime.block_on(async move {
                let serve = async {
                    while let Ok((socket, _)) = listener.accept().await {
                        let service = service.clone();
                        tokio::spawn(async move {
                            let server = Builder::new(TokioExecutor::new());
                            // A client that goes away is no fault of the server.
                            let _ = server.serve_connection(TokioIo::new(socket), service).await;
                        });
                    }
                };
                tokio::select! {
                    () = serve => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self {
            endpoint,
            root,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// URL of the server.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The folder that holds the objects of the bucket.
    pub fn bucket_folder(&self) -> std::path::PathBuf {
        self.root.path().join(BUCKET)
    }

    /// Copies a folder into the bucket, as if its files had been put there.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn upload(&self, folder: &Path, key: &str) -> io::Result<()> {
        copy(folder, &self.bucket_folder().join(key))
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
