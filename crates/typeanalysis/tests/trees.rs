//! Type trees: the operations of enzyme-interface.md section 4 on its examples, and their laws on random trees.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps wrongly fails, as it should"
)]

use ir::BinOp;
use proptest::prelude::*;
use typeanalysis::{BaseType, Inserted, Limits, Path, Pointers, TreeError, TypeTree, Window};

fn limits() -> Limits {
    Limits::default()
}

fn tree(text: &str) -> TypeTree {
    TypeTree::parse(text, &limits()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Shows a result with its error, so that both can be compared with text.
fn show(result: Result<TypeTree, TreeError>) -> String {
    result.map_or_else(|error| error.to_string(), |tree| tree.to_string())
}

#[test]
fn text_is_printed_in_order_and_read_back() {
    let text = "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer, [-1,8,-1]:Integer}";
    assert_eq!(tree(text).to_string(), text);
    assert_eq!(
        tree(" { [ -1 , 0 ] : Float@fp80 ,[-1]:Pointer}").to_string(),
        "{[-1]:Pointer, [-1,0]:Float@fp80}"
    );
    assert_eq!(tree("{}"), TypeTree::new());
    for name in ["half", "bf16", "float", "double", "fp80", "fp128", "ppc128"] {
        let text = format!("{{[-1]:Float@{name}}}");
        assert_eq!(tree(&text).to_string(), text);
    }
}

#[test]
fn malformed_text_is_an_error_with_its_position() {
    for (text, at) in [
        ("", 0),
        ("{", 1),
        ("{[0]}", 4),
        ("{[0:Integer}", 3),
        ("{[-2]:Integer}", 2),
        ("{[0]:Real}", 5),
        ("{[0]:Float@quad}", 5),
        ("{[0]:Integer [1]:Integer}", 13),
        ("{} x", 3),
    ] {
        match TypeTree::parse(text, &limits()) {
            Err(TreeError::Parse { at: found, .. }) => assert_eq!(found, at, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let deep = "{[-1,-1,-1,-1,-1,-1,-1]:Integer}";
    assert!(TypeTree::parse(deep, &limits()).is_err());
}

#[test]
fn metadata_lists_are_read() {
    let text = r#"!{!"Unknown", i32 -1, !{!"Pointer", i32 0, !{!"Float@double"}, i32 8, !{!"Pointer"}}}"#;
    let expected = "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer}";
    assert_eq!(show(TypeTree::parse_metadata(text, &limits())), expected);
    assert!(TypeTree::parse_metadata(r#"!{!"Pointer", i32 0}"#, &limits()).is_err());
}

#[test]
fn slots_join_and_meet() {
    use BaseType::{Anything, Integer, Pointer, Unknown};
    let (float, double) = (
        BaseType::Float(ir::FloatKind::Float),
        BaseType::Float(ir::FloatKind::Double),
    );
    let or = |left: BaseType, right| left.or(right, Pointers::Distinct);
    for base in [Anything, Integer, Pointer, float, double] {
        assert_eq!(or(base, base), Some(base));
        assert_eq!(or(Anything, base), Some(Anything));
        assert_eq!(or(base, Anything), Some(Anything));
        assert_eq!(or(Unknown, base), Some(base));
        assert_eq!(Anything.and(base), base);
    }
    assert_eq!(or(Pointer, Integer), None);
    assert_eq!(Pointer.or(Integer, Pointers::LikeIntegers), Some(Pointer));
    assert_eq!(Integer.or(Pointer, Pointers::LikeIntegers), Some(Integer));
    assert_eq!(or(float, double), None);
    assert_eq!(float.and(double), Unknown);
    assert_eq!(Integer.and(Pointer), Unknown);
}

#[test]
fn integer_arithmetic_on_slots() {
    use BaseType::{Anything, Integer, Pointer, Unknown};
    let double = BaseType::Float(ir::FloatKind::Double);
    let cases = [
        (Anything, BinOp::Add, Anything, Some(Anything)),
        (Integer, BinOp::Xor, double, Some(Unknown)),
        (double, BinOp::And, Unknown, Some(Unknown)),
        (Integer, BinOp::Mul, Integer, Some(Integer)),
        (Integer, BinOp::Add, Anything, Some(Anything)),
        (Integer, BinOp::Shl, Anything, Some(Integer)),
        (Anything, BinOp::UDiv, Integer, Some(Anything)),
        (Unknown, BinOp::Add, Integer, Some(Unknown)),
        (Pointer, BinOp::Sub, Pointer, Some(Integer)),
        (Pointer, BinOp::Add, Pointer, None),
        (Pointer, BinOp::Sub, Unknown, Some(Unknown)),
        (Pointer, BinOp::Sub, Integer, Some(Pointer)),
        (Pointer, BinOp::Sub, Anything, Some(Unknown)),
        (Integer, BinOp::Sub, Pointer, Some(Unknown)),
        (Integer, BinOp::Add, Pointer, Some(Pointer)),
        (Pointer, BinOp::Mul, Unknown, Some(Pointer)),
        (Integer, BinOp::UDiv, Pointer, None),
        (Pointer, BinOp::SRem, Integer, Some(Unknown)),
        (Pointer, BinOp::And, Integer, Some(Unknown)),
        (Pointer, BinOp::LShr, Integer, Some(Unknown)),
        (Pointer, BinOp::Xor, double, None),
    ];
    for (left, op, right, expected) in cases {
        assert_eq!(left.binary(op, right), expected, "{left} {op:?} {right}");
    }
}

#[test]
fn look_up_goes_through_covering_keys_whose_prefixes_exist() {
    let known = tree("{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer, [-1,8,-1]:Integer}");
    assert_eq!(known.get(&[0, 0]).to_string(), "Float@double");
    assert_eq!(known.get(&[-1, 8, 4]).to_string(), "Integer");
    assert_eq!(known.get(&[16, 8, 4]).to_string(), "Integer");
    assert_eq!(known.get(&[-1, 16]), BaseType::Unknown);
    // The prefix [-1] is missing, so the key is not found through it.
    assert_eq!(tree("{[-1,0]:Integer}").get(&[0, 0]), BaseType::Unknown);
    assert_eq!(tree("{[-1,0]:Integer}").get(&[-1, 0]), BaseType::Integer);
}

#[test]
fn insertion_obeys_covers() {
    let insert = |text: &str, path: &[i32], base| {
        let mut known = tree(text);
        match known.insert(path, base, Pointers::Distinct, &limits()) {
            Ok(change) => format!("{change:?} {known}"),
            Err(error) => error.to_string(),
        }
    };
    let double = BaseType::Float(ir::FloatKind::Double);
    assert_eq!(
        insert("{[-1]:Integer}", &[4], BaseType::Integer),
        "Known {[-1]:Integer}"
    );
    assert_eq!(
        insert("{[0]:Integer, [4]:Integer}", &[-1], BaseType::Integer),
        "Changed {[-1]:Integer}"
    );
    assert_eq!(
        insert("{[-1]:Float@double}", &[8], BaseType::Anything),
        "Changed {[-1]:Float@double, [8]:Anything}"
    );
    assert_eq!(
        insert("{[8]:Anything}", &[-1], double),
        "Changed {[-1]:Float@double, [8]:Anything}"
    );
    assert_eq!(insert("{[-1]:Anything}", &[8], double), "Known {[-1]:Anything}");
    assert_eq!(
        insert("{[-1]:Anything}", &[-1, 0], double),
        "Known {[-1]:Anything}"
    );
    assert_eq!(
        insert("{[-1]:Integer}", &[0], double),
        "the bytes at [0] are known to be Integer, and cannot also be Float@double"
    );
    assert_eq!(
        insert("{[0]:Pointer}", &[-1], BaseType::Integer),
        "the bytes at [-1] are known to be Pointer, and cannot also be Integer"
    );
    assert_eq!(
        insert("{[-1]:Integer}", &[-1, 0], double),
        "the bytes at [-1] are Integer, so nothing can be behind them"
    );
    let mut known = tree("{[-1]:Pointer}");
    assert_eq!(
        known.insert(&[0], BaseType::Integer, Pointers::LikeIntegers, &limits()),
        Ok(Inserted::Known)
    );
    assert_eq!(
        known.insert(&[-1; 7], BaseType::Integer, Pointers::Distinct, &limits()),
        Ok(Inserted::TooDeep)
    );
}

#[test]
fn offsets_above_the_limit_are_kept_only_where_they_are_the_smallest() {
    let mut known = TypeTree::new();
    let mut insert = |path: &[i32]| {
        let change = known.insert(path, BaseType::Integer, Pointers::Distinct, &limits());
        format!("{:?} {known}", change.unwrap())
    };
    assert_eq!(insert(&[900]), "Changed {[900]:Integer}");
    assert_eq!(insert(&[904]), "Known {[900]:Integer}");
    assert_eq!(insert(&[800]), "Changed {[800]:Integer}");
    assert_eq!(insert(&[0]), "Changed {[0]:Integer}");
    assert_eq!(insert(&[600]), "Known {[0]:Integer}");
    assert_eq!(insert(&[500]), "Changed {[0]:Integer, [500]:Integer}");
}

#[test]
fn far_facts_do_not_keep_near_ones_out() {
    let limits = Limits {
        entries: 8,
        ..limits()
    };
    let mut tree = TypeTree::parse("{[-1]:Pointer, [-1,0]:Pointer, [-1,0,0]:Pointer}", &limits).unwrap();
    let told = |tree: &mut TypeTree, path: &[i32]| {
        let fact = tree.insert(path, BaseType::Integer, Pointers::Distinct, &limits);
        fact.unwrap() == Inserted::Changed
    };
    assert!(told(&mut tree, &[-1, 0, 0, 0]));
    assert!(!told(&mut tree, &[-1, 0, 0, 8]), "half of the room is taken");
    assert!((1..5).all(|at| told(&mut tree, &[-1, 0, 8 * at])));
    assert!(!told(&mut tree, &[-1, 0, 40]), "all of the room is taken");
    assert!(told(&mut tree, &[-1, 8]));
}

#[test]
fn joining_reports_what_contradicts_and_then_changes_nothing() {
    let mut known = tree("{[-1]:Pointer, [-1,0]:Float@double}");
    let change = known.or(&tree("{[-1,0]:Float@double}"), Pointers::Distinct, &limits());
    assert_eq!(change, Ok(false));
    let change = known.or(
        &tree("{[-1,8]:Integer, [-1,0]:Integer}"),
        Pointers::Distinct,
        &limits(),
    );
    assert_eq!(
        change.unwrap_err().to_string(),
        "the bytes at [-1,0] are known to be Float@double, and cannot also be Integer"
    );
    assert_eq!(known, tree("{[-1]:Pointer, [-1,0]:Float@double}"));
    let change = known.or(
        &tree("{[-1,8]:Integer, [-1,0]:Anything}"),
        Pointers::Distinct,
        &limits(),
    );
    assert_eq!(change, Ok(true));
    assert_eq!(known, tree("{[-1]:Pointer, [-1,0]:Anything, [-1,8]:Integer}"));
}

#[test]
fn meeting_keeps_common_keys() {
    let left = tree("{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Anything, [-1,16]:Integer}");
    let right = tree("{[-1]:Pointer, [-1,0]:Integer, [-1,8]:Integer}");
    assert_eq!(left.and(&right), tree("{[-1]:Pointer, [-1,8]:Integer}"));
}

#[test]
fn only_and_data0_and_inner0() {
    let contents = tree("{[0]:Float@double, [8]:Pointer}");
    assert_eq!(
        contents.only(-1, &limits()),
        tree("{[-1,0]:Float@double, [-1,8]:Pointer}")
    );
    let deep = tree("{[-1]:Pointer, [-1,-1]:Pointer, [-1,-1,-1,-1,-1,-1]:Integer}");
    assert_eq!(deep.only(0, &limits()).depth(), 3);
    let value = tree("{[-1]:Pointer, [-1,0]:Float@double, [0,8]:Integer, [8,0]:Float@double}");
    assert_eq!(
        show(value.data0(&limits())),
        "{[]:Pointer, [0]:Float@double, [8]:Integer}"
    );
    assert_eq!(
        TypeTree::whole(BaseType::Pointer).data0(&limits()),
        Err(TreeError::WholeValue)
    );
    assert_eq!(tree("{[0]:Integer, [4]:Pointer}").inner0(), BaseType::Integer);
    assert_eq!(
        tree("{[-1]:Float@float, [0]:Anything}").inner0(),
        BaseType::Anything
    );
}

#[test]
fn lookup_collapses_full_ranges() {
    let look = |text: &str, size| show(tree(text).lookup(size, &limits()));
    assert_eq!(
        look("{[-1]:Pointer, [-1,0]:Float@double}", 8),
        "{[-1]:Float@double}"
    );
    assert_eq!(
        look("{[-1]:Pointer, [-1,0]:Float@double}", 16),
        "{[0]:Float@double}"
    );
    assert_eq!(
        look("{[-1]:Pointer, [-1,0]:Float@float, [-1,4]:Float@float}", 8),
        "{[-1]:Float@float}"
    );
    assert_eq!(
        look(
            "{[-1]:Pointer, [-1,0]:Integer, [-1,1]:Integer, [-1,8]:Pointer}",
            2
        ),
        "{[-1]:Integer}"
    );
    assert_eq!(
        look("{[-1]:Pointer, [-1,-1]:Float@double, [-1,8]:Anything}", 16),
        "{[-1]:Float@double, [8]:Anything}"
    );
    assert_eq!(
        look("{[0]:Pointer, [0,0]:Pointer, [0,0,4]:Integer, [8]:Integer}", 8),
        "{[-1]:Pointer, [-1,4]:Integer}"
    );
}

#[test]
fn shifting_moves_and_expands() {
    let shift = |text: &str, start, size, to| show(tree(text).shift(Window { start, size, to }, &limits()));
    let pair = "{[0]:Float@double, [8]:Pointer, [8,-1]:Integer}";
    assert_eq!(shift(pair, 8, None, 0), "{[0]:Pointer, [0,-1]:Integer}");
    assert_eq!(shift(pair, 0, Some(8), 16), "{[16]:Float@double}");
    assert_eq!(
        shift("{[-1]:Float@float}", 0, Some(8), 4),
        "{[4]:Float@float, [8]:Float@float}"
    );
    // The elements stay where they were relative to the start of the value: the first after byte 2 is at byte 4.
    assert_eq!(
        shift("{[-1]:Float@float}", 2, Some(8), 0),
        "{[2]:Float@float, [6]:Float@float}"
    );
    assert_eq!(
        shift("{[-1]:Integer}", 0, Some(3), 0),
        "{[0]:Integer, [1]:Integer, [2]:Integer}"
    );
    assert_eq!(
        shift("{[-1]:Pointer, [-1,0]:Integer}", 0, Some(8), 0),
        "{[0]:Pointer, [0,0]:Integer}"
    );
    assert_eq!(shift("{[-1]:Float@double}", 0, None, 0), "{[-1]:Float@double}");
    assert_eq!(shift("{[-1]:Float@double}", 0, None, 8), "{[8]:Float@double}");
    assert_eq!(shift("{[-1]:Float@double}", 0, Some(0), 0), "{}");
    assert_eq!(
        shift("{[]:Pointer, [0]:Integer}", 0, Some(4), 4),
        "{[]:Pointer, [4]:Integer}"
    );
    let whole = TypeTree::whole(BaseType::Pointer);
    let window = Window {
        start: 4,
        size: Some(0),
        to: 0,
    };
    assert_eq!(whole.shift(window, &limits()).unwrap(), whole);
}

#[test]
fn clearing_expands_and_cuts() {
    let clear = |text: &str, start, end, size| show(tree(text).clear(start, end, size, &limits()));
    assert_eq!(
        clear("{[0]:Integer, [4]:Pointer, [12]:Integer}", 4, 12, 16),
        "{[0]:Integer, [12]:Integer}"
    );
    assert_eq!(clear("{[-1]:Integer}", 1, 3, 4), "{[0]:Integer, [3]:Integer}");
    assert_eq!(clear("{[0]:Integer, [16]:Integer}", 4, 8, 16), "{[0]:Integer}");
}

#[test]
fn what_any_offset_keeps() {
    let known = tree("{[0]:Pointer, [0,-1]:Pointer, [0,-1,0]:Integer, [0,8]:Anything, [8]:Integer}");
    assert_eq!(
        show(known.keep_every(&limits())),
        "{[0]:Pointer, [0,-1]:Pointer, [0,-1,0]:Integer}"
    );
    assert!(tree("{[-1]:Integer}").keep_every(&limits()).is_err());
}

#[test]
fn canonical_form_replaces_full_ranges() {
    let canonical = |text: &str, size| show(tree(text).canonicalize(size, &limits()));
    assert_eq!(
        canonical("{[0]:Float@double, [8]:Float@double}", 16),
        "{[-1]:Float@double}"
    );
    assert_eq!(canonical("{[0]:Float@double}", 16), "{[0]:Float@double}");
    assert_eq!(
        canonical("{[0]:Pointer, [0,8]:Integer}", 8),
        "{[-1]:Pointer, [-1,8]:Integer}"
    );
    assert_eq!(
        canonical("{[0]:Integer, [1]:Integer, [2]:Anything}", 3),
        "{[0]:Integer, [1]:Integer, [2]:Anything}"
    );
    assert_eq!(
        canonical("{[8]:Integer}", 8),
        "offset 8 is outside a value of 8 bytes"
    );
}

#[test]
fn floats_all_over() {
    assert_eq!(
        tree("{[-1]:Float@float}").all_float(8),
        Some(ir::FloatKind::Float)
    );
    assert_eq!(
        tree("{[0]:Float@float, [4]:Float@float}").all_float(8),
        Some(ir::FloatKind::Float)
    );
    assert_eq!(tree("{[0]:Float@float}").all_float(8), None);
    assert_eq!(tree("{[0]:Float@float, [4]:Float@half}").all_float(8), None);
    assert!(tree("{[-1]:Pointer, [-1,-1]:Float@double}").is_fully_determined());
    assert!(!tree("{[-1]:Pointer, [-1,0]:Float@double}").is_fully_determined());
    assert!(!tree("{[0]:Integer}").is_fully_determined());
}

/// Facts as somebody could find them; those that contradict earlier ones are left out.
fn any_tree() -> impl Strategy<Value = TypeTree> {
    let index = prop_oneof![
        Just(-1),
        Just(0),
        Just(4),
        Just(8),
        Just(16),
        Just(600),
        Just(700)
    ];
    let path = prop::collection::vec(index, 1..4);
    let base = prop_oneof![
        4 => Just(BaseType::Pointer),
        1 => Just(BaseType::Integer),
        1 => Just(BaseType::Anything),
        1 => Just(BaseType::Float(ir::FloatKind::Double)),
        1 => Just(BaseType::Float(ir::FloatKind::Float)),
    ];
    prop::collection::vec((path, base), 0..6).prop_map(|facts| {
        let mut tree = TypeTree::new();
        for (path, base) in facts {
            for len in 1..path.len() {
                let _ = tree.or_slot(&path[..len], BaseType::Pointer, Pointers::Distinct, &limits());
            }
            let _ = tree.or_slot(&path, base, Pointers::Distinct, &limits());
        }
        tree
    })
}

/// The join, if there is one.
fn join(left: &TypeTree, right: &TypeTree) -> Option<TypeTree> {
    let mut both = left.clone();
    both.or(right, Pointers::Distinct, &limits()).ok()?;
    Some(both)
}

/// Whether a tree has offsets above the limit.
fn far(tree: &TypeTree) -> bool {
    tree.entries()
        .any(|(path, _)| path.iter().any(|&index| index > limits().offset))
}

/// Whether a tree says at least what another says: each fact is covered by an equal one, or by one that is `Anything` there or on the way.
fn says(more: &TypeTree, less: &TypeTree) -> bool {
    let covers = |wide: &[i32], narrow: &[i32]| {
        let same = wide.iter().zip(narrow).all(|(&w, &n)| w == n || w == -1);
        same && wide.len() <= narrow.len()
    };
    less.entries().all(|(path, base)| {
        let far = path.iter().any(|&index| index > limits().offset);
        far || more.entries().any(|(known, found)| {
            let equal = known.len() == path.len() && found == base;
            covers(known, path) && (equal || found == BaseType::Anything)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn print_and_parse_round_trip(known in any_tree()) {
        let read = TypeTree::parse(&known.to_string(), &limits()).map(|read| read.to_string());
        prop_assert_eq!(read, Ok(known.to_string()));
    }

    #[test]
    fn joining_is_idempotent(known in any_tree()) {
        prop_assert_eq!(join(&known, &known), Some(known));
    }

    #[test]
    fn joining_contains_both(left in any_tree(), right in any_tree()) {
        if let Some(both) = join(&left, &right) {
            prop_assert!(says(&both, &left), "{} | {} = {}", left, right, both);
            prop_assert!(says(&both, &right), "{} | {} = {}", left, right, both);
            // Joining again adds nothing, but for facts that the offset limit dropped beside others that are gone by now.
            if !far(&left) && !far(&right) {
                prop_assert_eq!(join(&both, &right), Some(both.clone()));
            }
        }
    }

    #[test]
    fn what_is_told_over_and_over_comes_to_rest(
        facts in prop::collection::vec(any_tree(), 2..6),
        entries in prop_oneof![Just(4_usize), Just(128)],
    ) {
        let limits = Limits { entries, ..limits() };
        let mut known = TypeTree::new();
        // As the analysis joins facts.
        let told = |known: &mut TypeTree| {
            let before = known.clone();
            for fact in &facts {
                if known.or(fact, Pointers::Distinct, &limits).is_err() {
                    known.or_stronger(fact, &limits);
                }
            }
            *known != before
        };
        let rounds = (0..64).take_while(|_| told(&mut known)).count();
        prop_assert!(rounds < 64, "{} is told {:?}", known, facts.iter().map(ToString::to_string).collect::<Vec<_>>());
    }

    #[test]
    fn joining_commutes_without_anything(left in any_tree(), right in any_tree()) {
        let (left, right) = (left.purge_anything(), right.purge_anything());
        if far(&left) || far(&right) {
            return Ok(());
        }
        // Which of two contradictory facts is met first may differ, and a prefix may come after what is behind it.
        if let (Some(one), Some(other)) = (join(&left, &right), join(&right, &left)) {
            prop_assert!(says(&one, &other) && says(&other, &one), "{} and {}", one, other);
        }
    }

    #[test]
    fn meeting_is_contained_in_both(left in any_tree(), right in any_tree()) {
        let either = left.and(&right);
        prop_assert_eq!(&either, &right.and(&left));
        for (path, base) in either.entries() {
            for known in [&left, &right] {
                let found = known.get(path);
                prop_assert!(found == base || found == BaseType::Anything);
            }
        }
    }

    #[test]
    fn lookup_undoes_only(contents in any_tree()) {
        let near = contents.entries().all(|(path, _)| path[0] < 600);
        let pointer = join(&TypeTree::all(BaseType::Pointer), &contents.only(-1, &limits()));
        if let (true, Some(pointer)) = (near, pointer) {
            let back = pointer.lookup(1000, &limits()).unwrap();
            prop_assert!(says(&back, &contents) && says(&contents, &back), "{} came back as {}", contents, back);
        }
    }

    #[test]
    fn shifting_there_and_back(known in any_tree(), by in 1i32..64) {
        // Facts about every offset lose their alignment with the start, so only the others come back.
        let fixed = known.entries().filter(|(path, _)| path[0] != -1 && path[0] < 400);
        let facts = fixed.map(|(path, base)| (Path::from_slice(path), base)).collect();
        if let Ok(fixed) = TypeTree::from_facts(facts, &limits()) {
            let there = fixed.shift(Window { start: 0, size: None, to: by }, &limits()).unwrap();
            let back = there.shift(Window { start: by, size: None, to: 0 }, &limits()).unwrap();
            prop_assert_eq!(back, fixed);
        }
    }

    #[test]
    fn shifting_in_two_steps_is_shifting_once(known in any_tree(), first in 0i32..16, second in 0i32..16) {
        let fixed = known.entries().filter(|(path, _)| path[0] != -1 && path[0] < 400);
        let facts = fixed.map(|(path, base)| (Path::from_slice(path), base)).collect();
        if let Ok(fixed) = TypeTree::from_facts(facts, &limits()) {
            let by = |known: &TypeTree, to| known.shift(Window { start: 0, size: None, to }, &limits()).unwrap();
            prop_assert_eq!(by(&by(&fixed, first), second), by(&fixed, first + second));
        }
    }

    #[test]
    fn canonical_form_says_the_same_of_the_elements(known in any_tree(), elements in 1u64..4) {
        let size = elements * 8;
        let window = Window::first(size);
        let inside = known.shift(window, &limits()).unwrap_or_default();
        if let Ok(canonical) = inside.canonicalize(size, &limits()) {
            prop_assert!(says(&canonical, &inside), "{} became {}", inside, canonical);
            prop_assert_eq!(canonical.canonicalize(size, &limits()), Ok(canonical.clone()));
        }
    }
}

#[test]
fn trees_of_arrays_of_structures_that_lead_to_others_stay_small() {
    let limits = limits();
    let mut tree = TypeTree::all(BaseType::Pointer);
    // Ten elements of sixteen bytes, a number and a pointer each, at every level.
    let mut levels = vec![vec![-1]];
    for _ in 0..5 {
        let mut next = Vec::new();
        for path in &levels {
            for element in 0..10 {
                let at = |offset: i32| {
                    path.iter()
                        .copied()
                        .chain([element * 16 + offset])
                        .collect::<Vec<_>>()
                };
                tree.insert(&at(0), BaseType::Integer, Pointers::Distinct, &limits)
                    .expect("fields do not overlap");
                tree.insert(&at(8), BaseType::Pointer, Pointers::Distinct, &limits)
                    .expect("fields do not overlap");
                next.push(at(8));
            }
        }
        levels = next.into_iter().take(10).collect();
    }
    assert!(
        tree.entries().count() <= limits.entries,
        "{} facts",
        tree.entries().count()
    );
    // What the first level says is complete.
    assert_eq!(tree.get(&[-1, 9 * 16 + 8]), BaseType::Pointer);
}

#[test]
fn of_contradictory_facts_the_one_stays_that_loses_no_derivative() {
    let limits = Limits::default();
    let tree = |text: &str| TypeTree::parse(text, &limits).unwrap();
    let cases = [
        // known, added, both
        ("{[-1]:Integer}", "{[-1]:Float@double}", "{[-1]:Float@double}"),
        ("{[-1]:Float@double}", "{[-1]:Integer}", "{[-1]:Float@double}"),
        ("{[-1]:Float@double}", "{[-1]:Float@float}", "{[-1]:Float@double}"),
        (
            "{[-1]:Pointer, [-1,-1]:Integer}",
            "{[-1]:Pointer, [-1,8]:Float@double}",
            "{[-1]:Pointer, [-1,8]:Float@double}",
        ),
        (
            "{[-1]:Pointer, [-1,0]:Pointer, [-1,0,8]:Integer}",
            "{[-1]:Pointer, [-1,0]:Float@double}",
            "{[-1]:Pointer, [-1,0]:Float@double}",
        ),
        (
            "{[-1]:Pointer, [-1,0]:Integer}",
            "{[-1]:Pointer, [-1,0]:Pointer, [-1,0,0]:Float@float}",
            "{[-1]:Pointer, [-1,0]:Pointer, [-1,0,0]:Float@float}",
        ),
        // All that is behind the address is behind no float.
        (
            "{[-1]:Pointer, [-1,-1]:Pointer, [-1,0,0]:Integer, [-1,0,8]:Integer}",
            "{[-1]:Pointer, [-1,0]:Float@double}",
            "{[-1]:Pointer, [-1,0]:Float@double}",
        ),
        (
            "{[-1]:Pointer, [-1,0,0]:Integer}",
            "{[-1]:Pointer, [-1,0]:Float@double}",
            "{[-1]:Pointer, [-1,0]:Float@double}",
        ),
        // A register is an integer before it is an address.
        ("{[-1]:Integer}", "{[-1]:Pointer}", "{[-1]:Integer}"),
        // Without a contradiction both hold.
        (
            "{[0]:Integer}",
            "{[8]:Float@double}",
            "{[0]:Integer, [8]:Float@double}",
        ),
    ];
    for (known, added, both) in cases {
        let mut found = tree(known);
        let changed = found.or_stronger(&tree(added), &limits);
        assert_eq!(
            (found.to_string().as_str(), changed),
            (both, both != known),
            "{known} and {added}"
        );
        assert!(
            !found.or_stronger(&tree(added), &limits),
            "{both} takes {added} twice"
        );
    }
}
