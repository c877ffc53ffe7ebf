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
        Self::on(std::io::stderr())
    }

    fn on(mut terminal: impl Write + Send + 'static) -> Self {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::spawn(move || {
            let mut wait = Duration::from_millis(500);
            let mut drawn = false;
            while stopped.recv_timeout(wait) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let n = seen.load(Ordering::Relaxed);
                let noun = if n == 1 { "application" } else { "applications" };
                // One write, so that nothing comes between its parts.
                let _ = terminal.write_all(format!("\r\x1b[K{n} {noun} scanned").as_bytes());
                let _ = terminal.flush();
                drawn = true;
                wait = Duration::from_millis(100);
            }
            if drawn {
                let _ = terminal.write_all(b"\r\x1b[K");
                let _ = terminal.flush();
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn a_short_scan_draws_nothing() {
        let screen = Screen::default();
        Progress::on(screen.clone()).end();
        assert_eq!(screen.text(), "");
    }

    #[test]
    fn a_long_scan_is_counted_and_the_line_is_cleared() {
        let screen = Screen::default();
        let progress = Progress::on(screen.clone());
        progress.count.store(3, Ordering::Relaxed);
        // Waits for the line, however slow the machine is.
        while screen.text().is_empty() {
            std::thread::sleep(Duration::from_millis(10));
        }
        progress.end();
        let text = screen.text();
        assert!(text.starts_with("\r\x1b[K3 applications scanned"), "{text:?}");
        assert!(text.ends_with("\r\x1b[K"), "{text:?}");
    }
}
