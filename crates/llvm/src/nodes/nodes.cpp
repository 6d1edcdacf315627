// What libstdc++ keeps in its library of the containers that consist of nodes: std::list, std::map, std::set and their kin. These functions
// relink nodes and know nothing of what is in them, so that their derivatives are the same operations on shadow nodes. With bodies they are
// differentiated as all code is.
//
// The layout of nodes and what the functions leave is libstdc++'s interface (stl_list.h, stl_tree.h); how is from Cormen, Leiserson, Rivest,
// Stein, "Introduction to Algorithms", chapter 13. `nodes.ll` is what clang++-22 -Os -fno-exceptions -fno-unroll-loops -fno-strict-aliasing -S -emit-llvm makes of
// this file, without attributes and what is said of the target, with linkage `linkonce_odr`. Without strict aliasing, because the program has its
// own names for these structures. tests/tests/nodes.rs runs both.

struct list_node {
  list_node *next, *previous;
};

// The header of a tree is red; its links lead to the root, the first and the last node.
enum color { red, black };
struct tree_node {
  color paint;
  tree_node *parent, *left, *right;
};

namespace {

inline void join(list_node *first, list_node *second) {
  first->next = second;
  second->previous = first;
}

// Puts `replacement`, which may be null, where `node` hangs.
inline void replace(tree_node *node, tree_node *replacement, tree_node *header) {
  tree_node *parent = node->parent;
  if (header->parent == node)
    header->parent = replacement;
  else if (parent->left == node)
    parent->left = replacement;
  else
    parent->right = replacement;
  if (replacement)
    replacement->parent = parent;
}

} // namespace

// The child on one side comes up, `node` goes down to the other.
void rotate(tree_node *node, bool leftwards, tree_node *header) asm("rsenzyme.tree.rotate");
[[gnu::noinline]] void rotate(tree_node *node, bool leftwards, tree_node *header) {
  tree_node *child = leftwards ? node->right : node->left;
  tree_node *inner = leftwards ? child->left : child->right;
  replace(node, child, header);
  if (leftwards) {
    node->right = inner;
    child->left = node;
  } else {
    node->left = inner;
    child->right = node;
  }
  node->parent = child;
  if (inner)
    inner->parent = node;
}

namespace {

inline bool is_black(tree_node *node) { return !node || node->paint == black; }

// No red node has a red parent.
inline void balance_red(tree_node *node, tree_node *header) {
  while (node != header->parent && node->parent->paint == red) {
    tree_node *parent = node->parent, *top = parent->parent;
    bool is_left = top->left == parent;
    tree_node *uncle = is_left ? top->right : top->left;
    if (!is_black(uncle)) {
      parent->paint = uncle->paint = black;
      top->paint = red;
      node = top;
      continue;
    }
    if (node == (is_left ? parent->right : parent->left)) {
      rotate(parent, is_left, header);
      parent = node;
    }
    parent->paint = black;
    top->paint = red;
    rotate(top, !is_left, header);
    break;
  }
  header->parent->paint = black;
}

// The paths through `node`, a child of `parent` that may be null, lack a black node.
inline void balance_black(tree_node *node, tree_node *parent, tree_node *header) {
  while (node != header->parent && is_black(node)) {
    bool is_left = parent->left == node;
    tree_node *sibling = is_left ? parent->right : parent->left;
    if (sibling->paint == red) {
      sibling->paint = black;
      parent->paint = red;
      rotate(parent, is_left, header);
      sibling = is_left ? parent->right : parent->left;
    }
    if (is_black(sibling->left) && is_black(sibling->right)) {
      sibling->paint = red;
      node = parent;
      parent = node->parent;
      continue;
    }
    tree_node *outer = is_left ? sibling->right : sibling->left;
    if (is_black(outer)) {
      (is_left ? sibling->left : sibling->right)->paint = black;
      sibling->paint = red;
      rotate(sibling, !is_left, header);
      sibling = is_left ? parent->right : parent->left;
      outer = is_left ? sibling->right : sibling->left;
    }
    sibling->paint = parent->paint;
    parent->paint = black;
    outer->paint = black;
    rotate(parent, is_left, header);
    break;
  }
  if (node)
    node->paint = black;
}

inline tree_node *lowest(tree_node *node) {
  while (node->left)
    node = node->left;
  return node;
}

inline tree_node *highest(tree_node *node) {
  while (node->right)
    node = node->right;
  return node;
}

} // namespace

extern "C" {

void hook(list_node *node, list_node *position) asm("_ZNSt8__detail15_List_node_base7_M_hookEPS0_");
void hook(list_node *node, list_node *position) {
  list_node *before = position->previous;
  join(before, node);
  join(node, position);
}

void unhook(list_node *node) asm("_ZNSt8__detail15_List_node_base9_M_unhookEv");
void unhook(list_node *node) { join(node->previous, node->next); }

void transfer(list_node *position, list_node *first, list_node *last) asm("_ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_");
void transfer(list_node *position, list_node *first, list_node *last) {
  if (position == last)
    return;
  list_node *end = last->previous, *before = position->previous;
  join(first->previous, last);
  join(before, first);
  join(end, position);
}

void turn(list_node *header) asm("_ZNSt8__detail15_List_node_base10_M_reverseEv");
void turn(list_node *header) {
  list_node *node = header;
  do {
    list_node *next = node->next;
    node->next = node->previous;
    node->previous = next;
    node = next;
  } while (node != header);
}

void exchange(list_node *one, list_node *other) asm("_ZNSt8__detail15_List_node_base4swapERS0_S1_");
void exchange(list_node *one, list_node *other) {
  list_node *first = one->next, *last = one->previous;
  if (other->next != other) {
    join(other->previous, one);
    join(one, other->next);
  } else {
    join(one, one);
  }
  if (first != one) {
    join(last, other);
    join(other, first);
  } else {
    join(other, other);
  }
}

void insert(bool left, tree_node *node, tree_node *parent, tree_node *header) asm("_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_");
void insert(bool left, tree_node *node, tree_node *parent, tree_node *header) {
  node->parent = parent;
  node->left = node->right = nullptr;
  node->paint = red;
  if (left) {
    parent->left = node;
    if (parent == header)
      header->parent = header->right = node;
    else if (header->left == parent)
      header->left = node;
  } else {
    parent->right = node;
    if (header->right == parent)
      header->right = node;
  }
  balance_red(node, header);
}

tree_node *erase(tree_node *node, tree_node *header) asm("_ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_");
tree_node *erase(tree_node *node, tree_node *header) {
  tree_node *child, *parent;
  color removed = node->paint;
  if (node->left && node->right) {
    tree_node *next = lowest(node->right);
    child = next->right;
    parent = next;
    removed = next->paint;
    if (next->parent != node) {
      parent = next->parent;
      replace(next, child, header);
      next->right = node->right;
      next->right->parent = next;
    }
    replace(node, next, header);
    next->left = node->left;
    next->left->parent = next;
    next->paint = node->paint;
  } else {
    child = node->left ? node->left : node->right;
    parent = node->parent;
    if (header->left == node)
      header->left = child ? lowest(child) : parent;
    if (header->right == node)
      header->right = child ? highest(child) : parent;
    replace(node, child, header);
  }
  if (removed == black)
    balance_black(child, parent, header);
  return node;
}
}
