#include <concepts>
#include <limits>
#include <span>

#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "core/utf8.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "schema/fields.hpp"
#include "schema/json_tree.hpp"
#include "schema/words.hpp"

namespace dataflow {

namespace {
using Json = nlohmann::ordered_json;
constexpr std::string_view header = "dataflow_schema";
constexpr std::uint64_t version = 1;

/// The keys a constant stands under, in the order of Literal's alternatives.
constexpr std::string_view literal_keys[] = {"boolean", "int64", "uint64", "float64", "text"};
constexpr std::string_view sql_key = "sql";
static_assert(std::size(literal_keys) == std::variant_size_v<decltype(Literal::value)>);

/// Doubles that JSON has no number for.
struct Special {
  double value;
  std::string_view text;
};
constexpr Special specials[] = {{std::numeric_limits<double>::infinity(), "infinity"},
                                {-std::numeric_limits<double>::infinity(), "-infinity"},
                                {std::numeric_limits<double>::quiet_NaN(), "nan"}};

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// JSON strings are Unicode. A name that is not (any byte is allowed in one) is written as {"hex": "…"}.
class Writer {
 public:
  static Json of(const std::string& text) { return is_utf8(text) ? Json(text) : Json::object({{"hex", hex(text)}}); }
  static Json of(const Name& name) { return of(name.text); }
  static Json of(const Sql& sql) { return of(sql.text); }
  static Json of(bool value) { return value; }
  template <std::unsigned_integral I> static Json of(I value) { return static_cast<std::uint64_t>(value); }
  static Json of(std::int64_t value) { return value; }

  static Json of(double value) {
    for (const Special& special : specials)
      if (special.value == value || (special.value != special.value && value != value)) return special.text;
    return value;
  }

  template <Worded E> static Json of(E value) { return word(value); }

  static Json of(const Default& value) {
    if (const auto* sql = std::get_if<Sql>(&value)) return Json::object({{std::string(sql_key), of(*sql)}});
    const auto& literal = std::get<Literal>(value).value;
    return Json::object(
        {{std::string(literal_keys[literal.index()]), std::visit([](const auto& v) { return of(v); }, literal)}});
  }

  // A list of pairs where a key is not Unicode.
  static Json of(const Attributes& attributes) {
    Json object = Json::object(), pairs = Json::array();
    bool unicode = true;
    for (const auto& [key, value] : attributes) {
      pairs.push_back(Json::array({of(key), of(value)}));
      if (unicode = unicode && is_utf8(key); unicode) object[key] = of(value);
    }
    return unicode ? object : pairs;
  }

  template <class T> static Json of(const std::optional<T>& value) { return value ? of(*value) : Json(); }

  template <class T> static Json of(const std::vector<T>& values) {
    Json out = Json::array();
    for (const T& value : values) out.push_back(of(value));
    return out;
  }

  template <Fielded T> static Json of(const T& value) {
    Json out = Json::object();
    add(out, value);
    return out;
  }

  template <Fielded T> static void add(Json& object, const T& value) {
    static const T defaults{};
    for_each_field<T>([&](const auto& row) {
      if (row.presence != Presence::when_set || !(value.*row.member == defaults.*row.member))
        object[std::string(row.key)] = of(value.*row.member);
    });
  }
};

[[noreturn]] void fail(const JsonTree& tree, const std::string& expected, std::string hint = {}) {
  throw Error(ErrorCode::bad_document, "line " + std::to_string(tree.line) + ": expected " + expected, std::move(hint));
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "known here: " + join({known.begin(), known.end()}, ", ") : "did you mean \"" + near + "\"?";
}

template <class T> const T& as(const JsonTree& tree, std::string_view expected) {
  if (const T* value = std::get_if<T>(&tree.value)) return *value;
  fail(tree, std::string(expected) + ", found " + std::string(noun(tree)));
}

const JsonTree* find(const JsonTree::Object& object, std::string_view key) {
  for (const auto& [name, value] : object)
    if (name == key) return &value;
  return nullptr;
}

class Reader {
 public:
  static void read(const JsonTree& tree, std::string& out) {
    if (const auto* object = std::get_if<JsonTree::Object>(&tree.value); object && object->size() == 1)
      out = bytes(object->front());
    else
      out = as<std::string>(tree, "a string");
  }
  static void read(const JsonTree& tree, Name& out) { read(tree, out.text); }
  static void read(const JsonTree& tree, Sql& out) { read(tree, out.text); }
  static void read(const JsonTree& tree, bool& out) { out = as<bool>(tree, "true or false"); }

  template <std::unsigned_integral I> static void read(const JsonTree& tree, I& out) {
    const auto value = as<std::uint64_t>(tree, "a whole number from 0");
    if (value > std::numeric_limits<I>::max())
      fail(tree, "a number up to " + std::to_string(std::numeric_limits<I>::max()));
    out = static_cast<I>(value);
  }

  static void read(const JsonTree& tree, std::int64_t& out) {
    if (const auto* value = std::get_if<std::uint64_t>(&tree.value)) {
      if (*value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        fail(tree, "a number of 64 bits with a sign");
      out = static_cast<std::int64_t>(*value);
    } else {
      out = as<std::int64_t>(tree, "a whole number");
    }
  }

  static void read(const JsonTree& tree, double& out) {
    if (const auto* text = std::get_if<std::string>(&tree.value))
      for (const Special& special : specials)
        if (special.text == *text) return void(out = special.value);
    if (const auto* whole = std::get_if<std::uint64_t>(&tree.value)) return void(out = static_cast<double>(*whole));
    if (const auto* whole = std::get_if<std::int64_t>(&tree.value)) return void(out = static_cast<double>(*whole));
    out = as<double>(tree, "a number, \"infinity\", \"-infinity\" or \"nan\"");
  }

  template <Worded E> static void read(const JsonTree& tree, E& out) {
    const auto& text = as<std::string>(tree, Words<E>::noun);
    const auto value = from_word<E>(text);
    if (!value) {
      std::vector<std::string> known;
      for (const auto& row : Words<E>::rows) known.emplace_back(row.text);
      fail(tree, std::string(Words<E>::noun) + ", found \"" + text + '"', did_you_mean(text, known));
    }
    out = *value;
  }

  static void read(const JsonTree& tree, Default& out) {
    const auto& object = as<JsonTree::Object>(tree, "a default such as {\"int64\": 1} or {\"sql\": \"now()\"}");
    if (object.size() != 1) fail(tree, "exactly one key in a default, such as \"int64\" or \"sql\"");
    const auto& [key, value] = object.front();
    if (key == sql_key)
      read(value, out.emplace<Sql>());
    else
      read_literal(key, value, out.emplace<Literal>());
  }

  static void read(const JsonTree& tree, Attributes& out) {
    if (const auto* pairs = std::get_if<JsonTree::Array>(&tree.value)) return read_pairs(*pairs, out);
    for (const auto& [key, value] : as<JsonTree::Object>(tree, "an object of attributes")) read(value, out[key]);
  }

  template <class T> static void read(const JsonTree& tree, std::optional<T>& out) { read(tree, out.emplace()); }

  template <class T> static void read(const JsonTree& tree, std::vector<T>& out) {
    for (const JsonTree& item : as<JsonTree::Array>(tree, "an array")) read(item, out.emplace_back());
  }

  template <Fielded T> static void read(const JsonTree& tree, T& out) {
    const auto& object = as<JsonTree::Object>(tree, Fields<T>::noun);
    for (const auto& [key, value] : object)
      if (!(std::is_same_v<T, Schema> && key == header)) read_member(key, value, out);
    for_each_field<T>([&](const auto& row) {
      if (row.presence == Presence::required && !find(object, row.key))
        fail(tree, '"' + std::string(row.key) + "\" in " + std::string(Fields<T>::noun));
    });
  }

 private:
  template <Fielded T> static void read_member(const std::string& key, const JsonTree& value, T& out) {
    bool known = false;
    for_each_field<T>([&](const auto& row) {
      if (row.key != key) return;
      known = true;
      read(value, out.*row.member);
    });
    if (known) return;
    std::vector<std::string> keys;
    for_each_field<T>([&](const auto& row) { keys.emplace_back(row.key); });
    fail(value, "a key of " + std::string(Fields<T>::noun) + ", found \"" + key + '"', did_you_mean(key, keys));
  }

  template <std::size_t I = 0> static void read_literal(const std::string& key, const JsonTree& value, Literal& out) {
    if constexpr (I < std::size(literal_keys)) {
      return key == literal_keys[I] ? read(value, out.value.emplace<I>()) : read_literal<I + 1>(key, value, out);
    } else {
      std::vector<std::string> known(std::begin(literal_keys), std::end(literal_keys));
      known.emplace_back(sql_key);
      fail(value, "a kind of default, found \"" + key + '"', did_you_mean(key, known));
    }
  }

  static void read_pairs(const JsonTree::Array& pairs, Attributes& out) {
    for (const JsonTree& tree : pairs) {
      const auto& pair = as<JsonTree::Array>(tree, "a pair of name and value");
      if (pair.size() != 2) fail(tree, "a pair of name and value");
      std::string key;
      read(pair[0], key);
      if (out.contains(key)) fail(tree, "every attribute once");
      read(pair[1], out[key]);
    }
  }

  static std::string bytes(const std::pair<std::string, JsonTree>& member) {
    const auto& [key, value] = member;
    if (key != "hex") fail(value, "a string or {\"hex\": \"…\"}, found the key \"" + key + '"');
    const auto& digits = as<std::string>(value, "hexadecimal digits");
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      unsigned byte = 0;
      for (std::size_t j = i; j < i + 2; ++j) {
        const std::size_t digit = j < digits.size() ? std::string_view("0123456789abcdef").find(digits[j]) : -1;
        if (digit > 15) fail(value, "an even number of hexadecimal digits");
        byte = byte * 16 + static_cast<unsigned>(digit);
      }
      out += static_cast<char>(byte);
    }
    return out;
  }
};

void read_header(const JsonTree& tree) {
  const auto& object = as<JsonTree::Object>(tree, "a schema");
  const JsonTree* found = find(object, header);
  if (!found) fail(tree, "\"" + std::string(header) + "\": 1, the mark of a schema");
  if (as<std::uint64_t>(*found, "the number of the notation") != version)
    fail(*found, "notation " + std::to_string(version), "a newer dataflow wrote this document; read it with that one");
}
}  // namespace

std::string to_json(const Schema& schema) {
  Json document = Json::object({{std::string(header), version}});
  Writer::add(document, schema);
  return document.dump(2) + '\n';
}

Schema schema_from_json(std::string_view json) {
  const JsonTree tree = parse_json(json);
  read_header(tree);
  Schema schema;
  Reader::read(tree, schema);
  return schema;
}

}  // namespace dataflow
