//! Vectors.

use ir::TypeData;

use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::tree::EVERY;
use crate::window::{Window, clamp};

const LANE: &str = "a lane is a part of its vector";

/// The shape of a fixed vector.
#[derive(Clone, Copy)]
struct Lanes {
    bits: u64,
    count: u64,
}

impl Lanes {
    /// Bytes of a lane, rounded up.
    fn bytes(self) -> u64 {
        self.bits.div_ceil(8)
    }

    /// The byte in which a lane begins.
    fn offset(self, lane: u64) -> u64 {
        lane.saturating_mul(self.bits) / 8
    }

    fn window(self, from: u64, to: u64) -> Window {
        Window {
            start: clamp(self.offset(from)),
            size: Some(clamp(self.bytes())),
            to: clamp(self.offset(to)),
        }
    }
}

impl Solver<'_, '_> {
    fn lanes_of(&self, vector: Node) -> Option<Lanes> {
        let ctx = self.ctx();
        match *ctx.types.get(self.body.ty(ctx, vector)) {
            TypeData::Vector { element, len } => Some(Lanes {
                bits: ctx.layout.bits(&ctx.types, element)?,
                count: u64::from(len),
            }),
            _ => None,
        }
    }

    /// A constant index of a lane that exists.
    fn lane(&self, lanes: Lanes, index: Node) -> Option<u64> {
        let index = u64::try_from(self.const_int(index)?).ok()?;
        (index < lanes.count).then_some(index)
    }

    pub(super) fn extract_element(&mut self, result: Node, vector: Node, index: Node) {
        self.learn_integer(index, "the number of a lane");
        let Some(lanes) = self.lanes_of(vector) else {
            return;
        };
        if let Some(lane) = self.lane(lanes, index) {
            self.flow_window(vector, result, lanes.window(lane, 0), LANE);
            if self.up() {
                let window = Window {
                    start: 0,
                    ..lanes.window(0, lane)
                };
                self.flow_window(result, vector, window, LANE);
            }
            return;
        }
        // Any lane: what is the same in all of them.
        let mut common = None;
        for lane in 0..lanes.count {
            let tree = self.tree(vector);
            let part = self.trees().shift(tree, lanes.window(lane, 0));
            let part = self.or_nothing(part);
            common = Some(match common {
                Some(before) => self.trees().and(before, part),
                None => part,
            });
        }
        if let Some(common) = common {
            self.learn(result, common, Why::from(vector, LANE));
        }
    }

    pub(super) fn insert_element(&mut self, result: Node, vector: Node, element: Node, index: Node) {
        self.learn_integer(index, "the number of a lane");
        let Some(lanes) = self.lanes_of(vector) else {
            return;
        };
        if lanes.bits < 8 {
            for node in [result, vector, element] {
                self.learn_integer(node, "lanes of less than a byte are integers");
            }
            return;
        }
        if let Some(lane) = self.lane(lanes, index) {
            let start = lanes.offset(lane);
            self.insert_part(
                result,
                vector,
                element,
                [start, lanes.bytes(), start + lanes.bytes()],
            );
            return;
        }
        // Any lane: what the vector and the element have in common there.
        let mut tree = self.tree(vector);
        let inserted = self.tree(element);
        let size = self.size(vector);
        let trees = self.trees();
        let mut filled = Ok(trees.empty());
        for lane in 0..lanes.count {
            let window = Window {
                start: 0,
                ..lanes.window(0, lane)
            };
            filled = filled.and_then(|before| {
                trees
                    .shift(inserted, window)
                    .and_then(|part| trees.or(before, part))
            });
        }
        let filled = filled.and_then(|filled| trees.canonicalize(filled, size));
        let filled = self.or_nothing(filled);
        tree = self.trees().and(tree, filled);
        self.learn(result, tree, Why::from(vector, LANE));
    }

    pub(super) fn shuffle(&mut self, result: Node, x: Node, y: Node, mask: &[i32]) {
        let Some((from, to)) = self.lanes_of(x).zip(self.lanes_of(result)) else {
            return;
        };
        if to.bits < 8 {
            // A lane that is taken from nowhere shares its byte with others, and may be anything.
            let base = if mask.iter().any(|&source| source < 0) {
                BaseType::Anything
            } else {
                BaseType::Integer
            };
            self.learn_all(
                result,
                base,
                Why::ground("lanes of less than a byte are integers"),
            );
            return;
        }
        let anything = self.trees().all(BaseType::Anything);
        let mut tree = Ok(self.shared.trees.empty());
        for (lane, &source) in mask.iter().enumerate() {
            let lane = lane as u64;
            let (part, window) = match u64::try_from(source) {
                Err(_) => (
                    anything,
                    Window {
                        start: 0,
                        ..to.window(0, lane)
                    },
                ),
                Ok(source) => {
                    let (operand, place) = if source < from.count {
                        (x, source)
                    } else {
                        (y, source - from.count)
                    };
                    if self.up() {
                        self.flow_window(result, operand, from.window(lane, place), LANE);
                    }
                    (self.tree(operand), from.window(place, lane))
                }
            };
            let trees = self.trees();
            tree = tree.and_then(|before| trees.shift(part, window).and_then(|part| trees.or(before, part)));
        }
        let tree = self.or_nothing(tree);
        self.learn(result, tree, Why::from(x, LANE));
    }

    /// All lanes of a node are what every lane of another is.
    pub(super) fn flow_every_lane(&mut self, from: Node, to: Node, text: &'static str) {
        let base = self.shared.trees.get(self.tree(from)).get(&[EVERY]);
        self.learn_all(to, base, Why::from(from, text));
    }
}
