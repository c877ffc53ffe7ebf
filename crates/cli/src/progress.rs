use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A line on standard error that counts applications. It appears only after half a second on a terminal,
/// and is gone before anything else is written.
pub struct Progress {
    /// Counted by the engine.
    pub count: Arc<AtomicUsize>,
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Progress {
    /// Starts to wait.
    pub fn start() -> Self {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::spawn(move || {
            let mut wait = Duration::from_millis(500);
            let mut drawn = false;
            while stopped.recv_timeout(wait) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let n = seen.load(Ordering::Relaxed);
                let mut error = std::io::stderr().lock();
                let _ = write!(error, "\r\x1b[Kscanning: {n} applications");
                let _ = error.flush();
                drawn = true;
                wait = Duration::from_millis(100);
            }
            if drawn {
                let mut error = std::io::stderr().lock();
                let _ = write!(error, "\r\x1b[K");
                let _ = error.flush();
            }
        });
        Self { count, stop, thread }
    }

    /// Clears the line.
    pub fn end(self) {
        drop(self.stop);
        // A thread that panicked only failed to draw.
        let _ = self.thread.join();
    }
}
