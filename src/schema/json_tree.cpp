#include "schema/json_tree.hpp"

#include <iterator>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "dataflow/error.hpp"

namespace dataflow {

namespace {
using nlohmann::json;

[[noreturn]] void fail(std::size_t line, const std::string& expected, std::string hint = {}) {
  throw Error(ErrorCode::bad_document, "line " + std::to_string(line) + ": expected " + expected, std::move(hint));
}

// The parser tells its handler no position, so the characters are counted on their way in. It reads one character past
// a number, which is why the line of a value is that of the character before the last one read.
struct Position {
  std::size_t line = 1;
  bool newline_pending = false;
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    position_->line += position_->newline_pending;
    position_->newline_pending = *at_++ == '\n';
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Position* position_;
};

class Builder : public nlohmann::json_sax<json> {
 public:
  Builder(const Position& position, JsonTree& root) : position_(position), root_(root) {}

  bool null() override { return add({std::monostate{}, position_.line}); }
  bool boolean(bool value) override { return add({value, position_.line}); }
  bool number_integer(number_integer_t value) override { return add({std::int64_t{value}, position_.line}); }
  bool number_unsigned(number_unsigned_t value) override { return add({std::uint64_t{value}, position_.line}); }
  bool number_float(number_float_t value, const string_t&) override { return add({value, position_.line}); }
  bool string(string_t& value) override { return add({std::move(value), position_.line}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open({JsonTree::Object{}, position_.line}); }
  bool start_array(std::size_t) override { return open({JsonTree::Array{}, position_.line}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    auto& object = std::get<JsonTree::Object>(open_.back()->value);
    if (!keys_.back().insert(value).second)
      fail(position_.line, "every key once in an object, found \"" + value + "\" twice");
    object.emplace_back(std::move(value), JsonTree{});
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    std::string reason = error.what();
    if (const auto colon = reason.find(": "); colon != std::string::npos) reason = reason.substr(colon + 2);
    fail(position_.line, "JSON", std::move(reason));
  }

 private:
  bool add(JsonTree node) { return place(std::move(node)), true; }

  bool open(JsonTree node) {
    constexpr std::size_t deepest = 32;
    if (open_.size() == deepest) fail(position_.line, "at most 32 levels of nesting");
    open_.push_back(place(std::move(node)));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  JsonTree* place(JsonTree node) {
    if (open_.empty()) return &(root_ = std::move(node));
    if (auto* object = std::get_if<JsonTree::Object>(&open_.back()->value))
      return &(object->back().second = std::move(node));
    return &std::get<JsonTree::Array>(open_.back()->value).emplace_back(std::move(node));
  }

  const Position& position_;
  JsonTree& root_;
  std::vector<std::unordered_set<std::string>> keys_;  ///< of the open values
  std::vector<JsonTree*> open_;                        ///< only the innermost grows, so the others stay where they are
};
}  // namespace

std::string_view noun(const JsonTree& tree) {
  static constexpr std::string_view nouns[] = {"null",     "true or false", "a number", "a number",
                                               "a number", "a string",      "an array", "an object"};
  static_assert(std::size(nouns) == std::variant_size_v<decltype(JsonTree::value)>);
  return nouns[tree.value.index()];
}

JsonTree parse_json(std::string_view text) {
  JsonTree root;
  Position position;
  Builder builder(position, root);
  json::sax_parse(CountingIterator(text.data(), &position), CountingIterator(text.data() + text.size(), &position),
                  &builder);
  return root;
}

}  // namespace dataflow
