//! Where the time goes: phases of the work of one thread, by name.
//!
//! [`record`] measures what a closure does; inside of it, everything that enters a [`phase`] is counted for that phase, and not for the
//! phase around it. Where nobody measures, entering a phase costs a look at a thread-local variable.

use std::cell::RefCell;
use std::time::{Duration, Instant};

/// The time of one phase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PhaseTime {
    /// Its name.
    pub name: &'static str,
    /// How often it was entered.
    pub entered: u32,
    /// The time in it, without that in phases inside.
    pub time: Duration,
}

/// A measurement that goes on.
struct Clock {
    times: Vec<PhaseTime>,
    /// The phases that have been entered, by their positions.
    open: Vec<usize>,
    /// When the innermost of them went on.
    since: Instant,
}

thread_local! {
    static CLOCK: RefCell<Option<Clock>> = const { RefCell::new(None) };
}

/// A phase, which ends when this is dropped.
#[must_use = "a phase ends when this is dropped"]
#[derive(Debug)]
pub struct Phase {
    measured: bool,
}

/// Enters a phase.
pub fn phase(name: &'static str) -> Phase {
    let measured = CLOCK.with_borrow_mut(|clock| match clock {
        None => false,
        Some(clock) => {
            clock.account();
            let at = clock.position(name);
            clock.times[at].entered += 1;
            clock.open.push(at);
            true
        }
    });
    Phase { measured }
}

impl Drop for Phase {
    fn drop(&mut self) {
        if self.measured {
            CLOCK.with_borrow_mut(|clock| {
                if let Some(clock) = clock {
                    clock.account();
                    clock.open.pop();
                }
            });
        }
    }
}

/// Does something, and says how long each of its phases took, in the order in which they were entered first; what is in none comes
/// first, as `other`. Of measurements inside each other the inner one gets its own phases.
pub fn record<T>(work: impl FnOnce() -> T) -> (T, Vec<PhaseTime>) {
    let mut clock = Clock {
        times: Vec::new(),
        open: Vec::new(),
        since: Instant::now(),
    };
    let other = clock.position("other");
    clock.times[other].entered = 1;
    clock.open.push(other);
    let before = CLOCK.replace(Some(clock));
    let result = work();
    let times = CLOCK.replace(before).map_or_else(Vec::new, |mut clock| {
        clock.account();
        clock.times
    });
    (result, times)
}

impl Clock {
    /// Counts the time since the last change for the innermost phase.
    fn account(&mut self) {
        let now = Instant::now();
        if let Some(&at) = self.open.last() {
            self.times[at].time += now - self.since;
        }
        self.since = now;
    }

    fn position(&mut self, name: &'static str) -> usize {
        let known = self.times.iter().position(|known| known.name == name);
        known.unwrap_or_else(|| {
            self.times.push(PhaseTime {
                name,
                entered: 0,
                time: Duration::ZERO,
            });
            self.times.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_counted_without_those_inside() {
        let pause = Duration::from_millis(2);
        let ((), times) = record(|| {
            let _outer = phase("outer");
            for _ in 0..3 {
                let _inner = phase("inner");
                std::thread::sleep(pause);
            }
        });
        let names: Vec<_> = times.iter().map(|time| (time.name, time.entered)).collect();
        assert_eq!(names, [("other", 1), ("outer", 1), ("inner", 3)]);
        assert!(times[2].time >= 3 * pause, "{times:?}");
        assert!(times[1].time < times[2].time, "{times:?}");
    }

    #[test]
    fn nothing_is_measured_outside() {
        drop(phase("early"));
        let ((), times) = record(|| ());
        assert_eq!(times.len(), 1);
    }
}
