//! Generated functions of any size, for measuring how the time of an analysis grows: text of modules whose function `f` is the root.
//!
//! Each shape is one that analyses find hard in its own way; `size` is about the number of instructions of the whole module.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// Makes the text of a module of about so many instructions.
pub type Shape = fn(usize) -> String;

/// All shapes, by name.
pub const SHAPES: [(&str, Shape); 6] = [
    ("straight", straight),
    ("loops", loops),
    ("arrays", arrays),
    ("structures", structures),
    ("chain", chain),
    ("fan", fan),
];

/// How long `work` takes `times` times: the time that this thread is on a processor, where Linux counts it, because other load makes
/// clocks useless for comparing sizes. That count moves with the scheduler's tick, so it is good for some tens of milliseconds or more.
pub fn processor_time(times: u64, mut work: impl FnMut()) -> Duration {
    let on_processor = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = text.split(' ').next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    };
    let (clock, before) = (Instant::now(), on_processor());
    for _ in 0..times {
        work();
    }
    match (before, on_processor()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => clock.elapsed(),
    }
}

/// Loads, float arithmetic, integer copies and stores, one after the other.
pub fn straight(size: usize) -> String {
    let mut text = String::from("define void @f(ptr %p, ptr %q, double %x0) {\n");
    for n in 0..size / 6 {
        let field = n % 16;
        let _ = write!(
            text,
            "  %a{n} = getelementptr inbounds double, ptr %p, i64 {field}
  %b{n} = load i64, ptr %a{n}
  %c{n} = bitcast i64 %b{n} to double
  %x{} = fadd double %c{n}, %x{n}
  %d{n} = getelementptr inbounds i64, ptr %q, i64 {field}
  store i64 %b{n}, ptr %d{n}\n",
            n + 1
        );
    }
    text + "  ret void\n}\n"
}

/// Nests of eight loops, one nest after the other.
pub fn loops(size: usize) -> String {
    const DEPTH: usize = 8;
    let mut text = String::from("define double @f(ptr %p, double %x0) {\nentry:\n  br label %pre0\n");
    let nests = (size / (DEPTH * 7 + 4)).max(1);
    for nest in 0..nests {
        let _ = writeln!(text, "pre{nest}:\n  br label %head{nest}.0");
        for level in 0..DEPTH {
            let from = if level == 0 {
                format!("pre{nest}")
            } else {
                format!("head{nest}.{}", level - 1)
            };
            let inner = if level + 1 == DEPTH {
                format!("body{nest}")
            } else {
                format!("head{nest}.{}", level + 1)
            };
            let _ = writeln!(
                text,
                "head{nest}.{level}:
  %i{nest}.{level} = phi i64 [ 0, %{from} ], [ %n{nest}.{level}, %latch{nest}.{level} ]
  br label %{inner}"
            );
        }
        let _ = writeln!(
            text,
            "body{nest}:
  %a{nest} = getelementptr inbounds double, ptr %p, i64 %i{nest}.{}
  %v{nest} = load double, ptr %a{nest}
  %x{} = fadd double %v{nest}, %x{nest}
  br label %latch{nest}.{}",
            DEPTH - 1,
            nest + 1,
            DEPTH - 1
        );
        for level in (0..DEPTH).rev() {
            let out = if level == 0 {
                format!("pre{}", nest + 1)
            } else {
                format!("latch{nest}.{}", level - 1)
            };
            let _ = writeln!(
                text,
                "latch{nest}.{level}:
  %n{nest}.{level} = add nuw i64 %i{nest}.{level}, 1
  %t{nest}.{level} = icmp eq i64 %n{nest}.{level}, 10
  br i1 %t{nest}.{level}, label %{out}, label %head{nest}.{level}"
            );
        }
    }
    let _ = writeln!(text, "pre{nests}:\n  ret double %x{nests}\n}}");
    text
}

/// Structures of 60 fields of three types, filled field by field and copied.
pub fn structures(size: usize) -> String {
    let mut text = String::from(
        "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\ndefine void @f(ptr %p, double %x, i64 %n) {\n",
    );
    let objects = (size / 183).max(1);
    for object in 0..objects {
        let _ = writeln!(text, "  %s{object} = alloca [60 x i64]");
    }
    for object in 0..objects {
        for field in 0..60 {
            let kind = ["double", "i64", "ptr"][field % 3];
            let value = ["%x", "%n", "%p"][field % 3];
            let _ = writeln!(
                text,
                "  %f{object}.{field} = getelementptr inbounds i8, ptr %s{object}, i64 {}
  store {kind} {value}, ptr %f{object}.{field}
  %l{object}.{field} = load i64, ptr %f{object}.{field}",
                field * 8
            );
        }
        let to = (object + 1) % objects;
        let _ = writeln!(
            text,
            "  call void @llvm.memcpy.p0.p0.i64(ptr %s{to}, ptr %s{object}, i64 480, i1 false)"
        );
    }
    text + "  ret void\n}\n"
}

/// Functions of ten instructions, each calling the next: a long chain of calls.
pub fn chain(size: usize) -> String {
    let mut text = String::new();
    let functions = (size / 10).max(1);
    let name = |at: usize| match at {
        0 => "f".to_owned(),
        _ => format!("f{at}"),
    };
    for at in 0..functions {
        let _ = writeln!(
            text,
            "define double @{}(ptr %p, double %x, i64 %n) {{
  %a = getelementptr inbounds double, ptr %p, i64 1
  %b = load i64, ptr %a
  %c = bitcast i64 %b to double
  %d = fmul double %c, %x
  store double %d, ptr %p
  %e = load i64, ptr %p
  store i64 %e, ptr %a
  %m = add i64 %n, 1",
            name(at)
        );
        let _ = match at + 1 < functions {
            true => writeln!(
                text,
                "  %r = call double @{}(ptr %p, double %d, i64 %m)\n  ret double %r\n}}",
                name(at + 1)
            ),
            false => writeln!(text, "  ret double %d\n}}"),
        };
    }
    text
}

/// One function that calls as many as it has calls, each once, on what the one before gave it.
pub fn fan(size: usize) -> String {
    let functions = (size / 7).max(1);
    let mut text = String::from("define double @f(ptr %p, double %x0, i64 %n) {\n");
    for at in 0..functions {
        let _ = writeln!(text, "  %x{} = call double @g{at}(ptr %p, double %x{at})", at + 1);
    }
    let _ = writeln!(text, "  ret double %x{functions}\n}}");
    for at in 0..functions {
        let _ = writeln!(
            text,
            "define double @g{at}(ptr %p, double %x) {{
  %a = load double, ptr %p
  %b = fmul double %a, %x
  %c = fadd double %b, %x
  store double %c, ptr %p
  %d = fmul double %c, %x
  ret double %d
}}"
        );
    }
    text
}

/// Loops one after the other, each copying from the array before to its own.
pub fn arrays(size: usize) -> String {
    let mut text = "define double @f(ptr %p0, double %x, i64 %n) {\nentry:\nbr label %h0\n".to_owned();
    let rounds = (size / 10).max(1);
    for at in 0..rounds {
        let next = at + 1;
        let before = match at {
            0 => "%entry".to_owned(),
            _ => format!("%h{}", at - 1),
        };
        let after = match next < rounds {
            true => format!("h{next}"),
            false => "done".to_owned(),
        };
        let _ = writeln!(
            text,
            "h{at}:
  %i{at} = phi i64 [ 0, {before} ], [ %j{at}, %h{at} ]
  %g{at} = getelementptr double, ptr %p{at}, i64 %i{at}
  %v{at} = load double, ptr %g{at}
  %w{at} = fmul double %v{at}, 2.0
  %p{next} = alloca [8 x double]
  %s{at} = getelementptr double, ptr %p{next}, i64 %i{at}
  store double %w{at}, ptr %s{at}
  %j{at} = add i64 %i{at}, 1
  %t{at} = icmp slt i64 %j{at}, %n
  br i1 %t{at}, label %h{at}, label %{after}"
        );
    }
    let _ = writeln!(text, "done:\n  ret double %w{}\n}}", rounds - 1);
    text
}
