//! Input that must be refused. The cases come with the engine.

fn main() {}
