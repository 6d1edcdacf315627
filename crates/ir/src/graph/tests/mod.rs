//! Graph facts against slow definitions on random graphs, and trip counts against running the loop.

mod calls;
mod inclusive;
mod quadratic;
mod random_graphs;
mod shifted;
mod trip_counts;
