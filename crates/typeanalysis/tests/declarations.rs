//! What declarations tell in code without debug information: numbers of container headers, and members of structures.

use typeanalysis::{ArgSeed, Contradiction, SeedStyle, TypeInput, TypeOptions, TypeTree, default_seeds};

/// The trees of values of the first function, and what contradicts.
fn trees(text: &str, names: &[&str]) -> (Vec<String>, Vec<Contradiction>) {
    let module = ir::text::parse_module(text).expect("the text is IR");
    let func = module.bodies().next().expect("one function").id;
    let (params, ret): (Vec<ArgSeed>, TypeTree) = default_seeds(&module.ctx, func, SeedStyle::TypePrinter);
    let answer = typeanalysis::analyze(&TypeInput {
        ctx: &module.ctx,
        bodies: module.body_table(),
        rules: rules::RuleTable::standard(),
        func,
        params: &params,
        ret: &ret,
        options: &TypeOptions::default(),
    });
    let body = module.body(func).expect("it has a body");
    let tree = |name: &&str| {
        let mut values = body.values();
        let value = values.find(|&value| body.value_name(value) == format!("%{name}"));
        answer
            .facts(answer.root())
            .tree(value.expect("it has that name"))
            .to_string()
    };
    let trees = names.iter().map(tree).collect();
    (trees, answer.contradictions)
}

/// A header whose link leads to a node and to itself, with a number where the node has a double.
fn list(header: &str, access: &str) -> String {
    format!(
        "%\"{header}\" = type {{ {{ ptr, ptr }}, i64 }}
        define double @f() {{
          %h = alloca %\"{header}\"
          store ptr %h, ptr %h
          %count = getelementptr inbounds %\"{header}\", ptr %h, i32 0, i32 1
          %n = load i64, ptr %count{access}
          %m = add i64 %n, 1
          store i64 %m, ptr %count{access}
          %node = load ptr, ptr %h
          %field = getelementptr inbounds i8, ptr %node, i64 16
          %x = load double, ptr %field
          ret double %x
        }}"
    )
}

#[test]
fn numbers_of_headers_are_apart() {
    let (known, contradictions) = trees(&list("struct.std::__detail::_List_node_header", ""), &["n", "x"]);
    assert_eq!(known, ["{[-1]:Integer}", "{[-1]:Float@double}"]);
    assert_eq!(contradictions, []);
}

#[test]
fn tags_name_headers() {
    let tags = "
        !0 = !{!1, !2, i64 16}
        !1 = !{!\"_ZTSNSt8__detail17_List_node_headerE\", !3, i64 0, !2, i64 16}
        !2 = !{!\"long\", !4, i64 0}
        !3 = !{!\"_ZTSNSt8__detail15_List_node_baseE\", !4, i64 0, !4, i64 8}
        !4 = !{!\"omnipotent char\", !5, i64 0}
        !5 = !{!\"Simple C++ TBAA\"}";
    let text = list("struct.any", ", !tbaa !0") + tags;
    let (known, contradictions) = trees(&text, &["n", "x"]);
    assert_eq!(known, ["{[-1]:Integer}", "{[-1]:Float@double}"]);
    assert_eq!(contradictions, []);
    // The same structure under another name is none that is known.
    let other = text.replace("_List_node_header", "_Some_node_header");
    assert_ne!(trees(&other, &[]).1, []);
}

#[test]
fn members_of_named_structures_are_hints() {
    let text = "%struct.pair = type { i32, double }
        %union.bits = type { i64 }
        define void @f(ptr %p, ptr %q, ptr %u, ptr %v) {
          %key = getelementptr inbounds %struct.pair, ptr %p, i32 0, i32 0
          %k = load i32, ptr %key
          store i32 %k, ptr %q
          %word = getelementptr inbounds %union.bits, ptr %u, i32 0, i32 0
          %w = load i64, ptr %word
          store i64 %w, ptr %v
          ret void
        }";
    let (known, contradictions) = trees(text, &["k", "w"]);
    assert_eq!(known, ["{[-1]:Integer}", "{}"]);
    assert_eq!(contradictions, []);
}

#[test]
fn what_the_code_proves_wins_over_declarations() {
    let text = "%struct.box = type { i64 }
        define double @f(ptr %p) {
          %bits = getelementptr inbounds %struct.box, ptr %p, i32 0, i32 0
          %b = load i64, ptr %bits
          %x = bitcast i64 %b to double
          %y = fneg double %x
          ret double %y
        }";
    let (known, contradictions) = trees(text, &["b"]);
    assert_eq!(known, ["{[-1]:Float@double}"]);
    assert_eq!(contradictions, []);
}
