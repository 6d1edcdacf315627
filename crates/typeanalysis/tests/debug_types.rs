//! Types that debug info declares: as facts under Rust's rules, and as hints that give way to what the code proves.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps wrongly fails, as it should"
)]

use ir::{DebugKind, DebugMember, DebugNode, DebugPlace, DebugType, DebugVariable, FloatKind, Module};
use rules::RuleTable;
use typeanalysis::{SeedStyle, TypeAnswer, TypeInput, TypeOptions, analyze, default_seeds};

/// Makes types in the context of a module.
struct Types<'a>(&'a mut Module);

impl Types<'_> {
    fn add(&mut self, bytes: u64, kind: DebugKind) -> DebugType {
        self.0.ctx.debug_types.push(DebugNode { bytes, kind })
    }

    fn double(&mut self) -> DebugType {
        self.add(8, DebugKind::Float(FloatKind::Double))
    }

    fn integer(&mut self) -> DebugType {
        self.add(8, DebugKind::Integer)
    }

    fn pointer(&mut self, to: DebugType) -> DebugType {
        self.add(8, DebugKind::Pointer(Some(to)))
    }

    fn members(&mut self, types: &[(u64, DebugType)]) -> Vec<DebugMember> {
        types
            .iter()
            .map(|&(offset, ty)| DebugMember { offset, ty })
            .collect()
    }
}

/// The trees of `%x` and `%y` when `%x` of the first function stands for a variable of the type.
fn trees(
    text: &str,
    options: &TypeOptions,
    place: DebugPlace,
    ty: impl FnOnce(&mut Types<'_>) -> DebugType,
) -> (TypeAnswer, [String; 2]) {
    let mut module = ir::text::parse_module(text).unwrap_or_else(|error| panic!("{error}"));
    let func = module.bodies().next().unwrap().id;
    let ty = ty(&mut Types(&mut module));
    let named = |module: &Module, name: &str| {
        let names = &module.body(func).unwrap().value_names;
        names
            .iter()
            .find(|(_, known)| &***known == name)
            .map(|(&value, _)| value)
    };
    let value = named(&module, "x").unwrap();
    let body = module.body_mut(func).0.unwrap();
    body.variables.push(DebugVariable { value, place, ty });
    let found = ["x", "y"].map(|name| named(&module, name));
    let (bodies, ctx) = module.split();
    let (params, ret) = default_seeds(ctx, func, SeedStyle::Request);
    let answer = analyze(&TypeInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        func,
        params: &params,
        ret: &ret,
        options,
    });
    let facts = answer.facts(answer.root());
    let shown = found.map(|value| value.map_or_else(String::new, |value| facts.tree(value).to_string()));
    (answer, shown)
}

fn rust() -> TypeOptions {
    TypeOptions {
        rust: true,
        debug: false,
        ..TypeOptions::default()
    }
}

const COPY: &str = "define void @f(ptr %x, ptr %to) {
  %y = load i64, ptr %x
  store i64 %y, ptr %to
  ret void
}";

#[test]
fn a_double_that_is_copied_as_an_integer() {
    let (_, found) = trees(COPY, &TypeOptions::default(), DebugPlace::Memory, |types| {
        types.double()
    });
    assert_eq!(
        found,
        ["{[-1]:Pointer, [-1,0]:Float@double}", "{[-1]:Float@double}"]
    );
    let (_, found) = trees(COPY, &rust(), DebugPlace::Memory, |types| types.double());
    assert_eq!(
        found,
        ["{[-1]:Pointer, [-1,0]:Float@double}", "{[-1]:Float@double}"]
    );
    let off = TypeOptions {
        debug: false,
        ..TypeOptions::default()
    };
    let (_, found) = trees(COPY, &off, DebugPlace::Memory, |types| types.double());
    assert_eq!(found, ["{[-1]:Pointer}", "{}"]);
}

#[test]
fn a_pointer_to_doubles_is_an_array_of_them() {
    let pointer = |types: &mut Types<'_>| {
        let double = types.double();
        types.pointer(double)
    };
    let (_, found) = trees(COPY, &TypeOptions::default(), DebugPlace::Value, pointer);
    assert_eq!(
        found,
        ["{[-1]:Pointer, [-1,-1]:Float@double}", "{[-1]:Float@double}"]
    );
}

/// `&mut f64` may be the address of a number in a node, with other things behind it.
#[test]
fn an_address_of_a_number_in_a_structure() {
    let text = "define void @f(ptr %x, ptr %to) {
      %p = getelementptr inbounds i8, ptr %x, i64 8
      %next = load ptr, ptr %p
      %byte = load i8, ptr %next
      %y = load i64, ptr %x
      store i64 %y, ptr %to
      ret void
    }";
    let number = |types: &mut Types<'_>| {
        let double = types.double();
        types.pointer(double)
    };
    let (_, found) = trees(text, &TypeOptions::default(), DebugPlace::Value, number);
    assert_eq!(
        found,
        ["{[-1]:Pointer, [-1,8]:Pointer, [-1,8,0]:Integer}", "{}"],
        "in C"
    );
    let references = TypeOptions {
        references: true,
        ..TypeOptions::default()
    };
    let (answer, found) = trees(text, &references, DebugPlace::Value, number);
    let known = "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer, [-1,8,0]:Integer}";
    assert_eq!(found, [known, "{[-1]:Float@double}"]);
    assert!(answer.contradictions.is_empty(), "{:?}", answer.contradictions);
}

#[test]
fn a_variable_for_bits_is_no_integer() {
    // `uint64_t bits; memcpy(&bits, &x, 8);`: taking the bits for an integer would lose a derivative.
    let (_, found) = trees(COPY, &TypeOptions::default(), DebugPlace::Memory, |types| {
        types.integer()
    });
    assert_eq!(found, ["{[-1]:Pointer}", "{}"]);
    // A member of a structure is believed, in all its bytes.
    let record = |types: &mut Types<'_>| {
        let (integer, double) = (types.integer(), types.double());
        let members = types.members(&[(0, integer), (8, double)]);
        types.add(16, DebugKind::Record(members))
    };
    let (_, found) = trees(COPY, &TypeOptions::default(), DebugPlace::Memory, record);
    assert_eq!(found[1], "{[-1]:Integer}");
}

#[test]
fn what_the_code_proves_wins() {
    let text = "define double @f(ptr %x, ptr %to) {
      %p = getelementptr inbounds i8, ptr %x, i64 8
      %y = load double, ptr %p
      %n = load i64, ptr %x
      %m = mul i64 %n, 3
      store i64 %m, ptr %to
      ret double %y
    }";
    let array = |types: &mut Types<'_>| {
        let integer = types.add(4, DebugKind::Float(FloatKind::Float));
        types.pointer(integer)
    };
    let (answer, found) = trees(text, &TypeOptions::default(), DebugPlace::Value, array);
    assert_eq!(answer.contradictions, []);
    assert_eq!(found[0], "{[-1]:Pointer, [-1,8]:Float@double}");
}

#[test]
fn a_hint_that_clashes_elsewhere_is_taken_back() {
    // The clash shows only in %q, at an offset that nobody knows.
    let text = "define double @f(ptr %x, i64 %i) {
      %q = getelementptr inbounds i8, ptr %x, i64 %i
      %y = load double, ptr %q
      ret double %y
    }";
    let floats = |types: &mut Types<'_>| {
        let float = types.add(4, DebugKind::Float(FloatKind::Float));
        types.pointer(float)
    };
    let (answer, found) = trees(text, &TypeOptions::default(), DebugPlace::Value, floats);
    assert_eq!(answer.contradictions, []);
    assert_eq!(found, ["{[-1]:Pointer}", "{[-1]:Float@double}"]);
}

/// `enum { Number(f64), Nothing, Reference(tag at 0, pointer at 8) }` with its tag at 0.
fn variants(types: &mut Types<'_>, second: DebugType) -> DebugType {
    let (tag, double) = (types.integer(), types.double());
    let number = types.members(&[(8, double)]);
    let number = types.add(16, DebugKind::Record(number));
    let nothing = types.add(0, DebugKind::Record(Vec::new()));
    let other = types.members(&[(8, second)]);
    let other = types.add(16, DebugKind::Record(other));
    let choice = types.members(&[(0, number), (0, nothing), (0, other)]);
    let choice = types.add(0, DebugKind::Choice(choice));
    let parts = types.members(&[(0, choice), (0, tag)]);
    types.add(16, DebugKind::Record(parts))
}

#[test]
fn variants_of_an_enumeration() {
    let text = "define void @f(ptr %x, ptr %to) {
      %p = getelementptr inbounds i8, ptr %x, i64 8
      %y = load i64, ptr %p
      store i64 %y, ptr %to
      ret void
    }";
    let same = |types: &mut Types<'_>| {
        let double = types.double();
        variants(types, double)
    };
    let (_, found) = trees(text, &rust(), DebugPlace::Memory, same);
    assert_eq!(found[0], "{[-1]:Pointer, [-1,0]:Integer, [-1,8]:Float@double}");
    assert_eq!(found[1], "{[-1]:Float@double}");
    // Two variants that disagree leave the bytes unknown.
    let other = |types: &mut Types<'_>| {
        let double = types.double();
        let pointer = types.pointer(double);
        variants(types, pointer)
    };
    let (_, found) = trees(text, &rust(), DebugPlace::Memory, other);
    assert_eq!(found, ["{[-1]:Pointer, [-1,0]:Integer}", "{}"]);
}

/// `Option<&f64>`: the discriminator, an integer of eight bytes, shares its place with the address that the only variant with members has.
#[test]
fn a_discriminator_in_the_place_of_an_address() {
    for options in [TypeOptions::default(), rust()] {
        let (_, found) = trees(COPY, &options, DebugPlace::Memory, |types| {
            let double = types.double();
            let address = types.pointer(double);
            let some = types.members(&[(0, address)]);
            let some = types.add(8, DebugKind::Record(some));
            let none = types.add(8, DebugKind::Record(Vec::new()));
            let either = types.members(&[(0, none), (0, some)]);
            let choice = types.add(0, DebugKind::Choice(either));
            let discriminator = types.integer();
            let parts = types.members(&[(0, choice), (0, discriminator)]);
            types.add(8, DebugKind::Record(parts))
        });
        let behind = "[-1,0]:Pointer, [-1,0,-1]:Float@double";
        assert_eq!(found[0], format!("{{[-1]:Pointer, {behind}}}"), "{options:?}");
    }
}

#[test]
fn members_of_a_union_that_overlap_in_part() {
    // union { struct { float a, b; }; double c; }: the bytes of b are also the second half of c.
    let union = |types: &mut Types<'_>| {
        let (float, double) = (types.add(4, DebugKind::Float(FloatKind::Float)), types.double());
        let pair = types.members(&[(0, float), (4, float)]);
        let pair = types.add(8, DebugKind::Record(pair));
        let members = types.members(&[(0, pair), (0, double)]);
        types.add(8, DebugKind::Choice(members))
    };
    let (_, found) = trees(COPY, &TypeOptions::default(), DebugPlace::Memory, union);
    assert_eq!(found, ["{[-1]:Pointer}", "{}"]);
}

#[test]
fn arrays_of_structures_and_raw_bytes() {
    let array = |types: &mut Types<'_>| {
        let (double, integer) = (types.double(), types.integer());
        let pair = types.members(&[(0, double), (8, integer)]);
        let pair = types.add(16, DebugKind::Record(pair));
        types.add(32, DebugKind::Array(pair, Some(2)))
    };
    let (_, found) = trees(COPY, &rust(), DebugPlace::Memory, array);
    assert_eq!(
        found[0],
        "{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Integer, [-1,16]:Float@double, [-1,24]:Integer}"
    );
    let bytes = |types: &mut Types<'_>| {
        let byte = types.add(1, DebugKind::Byte);
        let buffer = types.add(64, DebugKind::Array(byte, Some(64)));
        let members = types.members(&[(0, buffer)]);
        types.add(64, DebugKind::Record(members))
    };
    let (_, found) = trees(COPY, &TypeOptions::default(), DebugPlace::Memory, bytes);
    assert_eq!(found, ["{[-1]:Pointer}", "{}"]);
}
