// Links of lists and trees after random operations: what the functions that this is linked with leave must be what the containers need.
// The number of faults is the exit code. Nodes are counted from both ends, and red-black trees must be balanced as such.
#include <cstdlib>
#include <list>
#include <set>

static int faults;

static void expect(bool holds) { faults += !holds; }

// The number of black nodes on each path.
static int blacks(std::_Rb_tree_node_base *node, bool parent_is_red) {
  if (!node)
    return 0;
  bool is_red = node->_M_color == std::_S_red;
  expect(!(is_red && parent_is_red));
  int left = blacks(node->_M_left, is_red), right = blacks(node->_M_right, is_red);
  expect(left == right);
  return left + !is_red;
}

static void trees() {
  for (int round = 0; round < 100; round++) {
    std::set<int> set;
    bool in[64] = {};
    for (int i = 0; i < 300; i++) {
      int key = rand() % 64;
      if ((in[key] = rand() % 2))
        set.insert(key);
      else
        set.erase(key);
      auto up = set.begin();
      auto down = set.rbegin();
      for (int k = 0; k < 64; k++) {
        if (in[k])
          expect(up != set.end() && *up++ == k);
        if (in[63 - k])
          expect(down != set.rend() && *down++ == 63 - k);
      }
      expect(up == set.end() && down == set.rend());
      if (!set.empty())
        blacks(set.end()._M_node->_M_parent, true);
    }
  }
}

static void is(const std::list<int> &list, std::initializer_list<int> want) {
  auto at = want.begin();
  for (int value : list)
    expect(at != want.end() && *at++ == value);
  expect(at == want.end());
  for (auto value = list.rbegin(); value != list.rend(); ++value)
    expect(at != want.begin() && *--at == *value);
}

static void lists() {
  std::list<int> one, other, none;
  for (int i = 0; i < 4; i++) {
    one.push_back(i);
    other.push_front(10 * i);
  }
  one.reverse();
  is(one, {3, 2, 1, 0});
  one.splice(++one.begin(), other, ++other.begin(), other.end());
  is(one, {3, 20, 10, 0, 2, 1, 0});
  is(other, {30});
  one.swap(other);
  is(one, {30});
  other.sort();
  is(other, {0, 0, 1, 2, 3, 10, 20});
  other.erase(++other.begin());
  other.swap(none);
  is(other, {});
  is(none, {0, 1, 2, 3, 10, 20});
  none.merge(one);
  is(none, {0, 1, 2, 3, 10, 20, 30});
}

int main() {
  trees();
  lists();
  return faults > 100 ? 100 : faults;
}
