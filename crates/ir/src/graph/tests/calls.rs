//! The call graph on small modules, and on a chain that is too long for recursion.

use crate::context::Module;
use crate::graph::CallGraph;
use crate::text::parse_module;

fn graph(text: &str, root: &str) -> (Module, CallGraph) {
    let mut module = parse_module(text).unwrap_or_else(|error| panic!("{error}"));
    let root = module.ctx.find_func(root).expect("the root is in the module");
    let (bodies, ctx) = module.split();
    let graph = CallGraph::of(ctx, bodies, &[root]);
    (module, graph)
}

#[test]
fn components_come_callees_first() {
    let text = "
define void @f() {
  call void @a()
  call void @leaf()
  ret void
}
define void @a() {
  call void @b()
  ret void
}
define void @b() {
  call void @a()
  call void @leaf()
  ret void
}
define void @leaf() {
  ret void
}
define void @self() {
  call void @self()
  ret void
}";
    let (module, graph) = graph(text, "f");
    let name = |func: &crate::FuncId| module.ctx.funcs[*func].name.to_string();
    let components: Vec<Vec<String>> = graph
        .components()
        .iter()
        .map(|members| members.iter().map(name).collect())
        .collect();
    assert_eq!(components, [vec!["leaf"], vec!["a", "b"], vec!["f"]]);
    let func = |name: &str| module.ctx.find_func(name).expect("in the module");
    assert!(graph.is_recursive(func("a")) && graph.same_component(func("a"), func("b")));
    assert!(!graph.is_recursive(func("f")) && !graph.same_component(func("f"), func("a")));
    assert!(!graph.functions().contains(&func("self")), "nobody reaches it");
}

#[test]
fn a_long_chain_of_calls_needs_no_stack() {
    let count = 50_000;
    let mut text = String::new();
    for at in 0..count {
        text += &format!(
            "define void @f{at}() {{\ncall void @f{}()\nret void\n}}\n",
            at + 1
        );
    }
    text += &format!("define void @f{count}() {{\nret void\n}}\n");
    let (_, graph) = graph(&text, "f0");
    assert_eq!(graph.components().len(), count + 1);
}
