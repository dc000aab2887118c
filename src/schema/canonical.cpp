#include "schema/canonical.hpp"

#include <algorithm>
#include <concepts>

#include "core/hash.hpp"
#include "core/number.hpp"
#include "dataflow/snapshot.hpp"
#include "schema/fields.hpp"
#include "schema/words.hpp"

namespace dataflow {

namespace {
template <class T>
concept Unordered = std::same_as<T, Column> || std::same_as<T, Unique> || std::same_as<T, ForeignKey> ||
    std::same_as<T, Check> || std::same_as<T, Index> || std::same_as<T, Table> || std::same_as<T, Definition>;

// A class, so that every overload sees every other.
class Spelling {
 public:
  template <class T> static std::string of(const T& value) {
    Spelling spelling;
    spelling.put(value);
    return std::move(spelling.out_);
  }

 private:
  void put(std::string_view text) {
    out_ += std::to_string(text.size());
    out_ += ':';
    out_ += text;
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(const Name& name) { put(name.text); }
  void put(const Sql& sql) { put(sql.text); }
  void put(const Literal& literal) { put(literal.value); }
  void put(bool value) { out_ += value ? "T" : "F"; }

  template <std::integral I> void put(I value) {
    out_ += std::to_string(value);
    out_ += ',';
  }

  void put(double value) {
    out_ += number_text(value == 0 ? 0 : value) + ',';  // -0.0 == 0.0
  }

  template <Worded E> void put(E value) { put(word(value)); }

  template <class... T> void put(const std::variant<T...>& value) {
    out_ += static_cast<char>('a' + value.index());
    std::visit([&](const auto& v) { put(v); }, value);
  }

  void put(const Attributes& attributes) {
    for (const auto& [key, value] : attributes) put(key), put(value);
    out_ += ';';
  }

  template <class T> void put(const std::optional<T>& value) {
    if (value) put(*value);
  }

  template <class T> void put(const std::vector<T>& values) {
    std::vector<std::string> pieces(values.size());
    std::transform(values.begin(), values.end(), pieces.begin(), [](const T& value) { return of(value); });
    if constexpr (Unordered<T>) std::sort(pieces.begin(), pieces.end());
    out_ += '[';
    for (const std::string& piece : pieces) put(piece);
    out_ += ']';
  }

  // What an object needs follows from what it is.
  static void put(const std::vector<Dependency>&) {}

  template <Fielded T> void put(const T& value) {
    static const T defaults{};
    out_ += '{';
    for_each_field<T>([&](const auto& row) {
      using Member = std::remove_cvref_t<decltype(value.*row.member)>;
      if (std::same_as<Member, std::vector<Dependency>> || value.*row.member == defaults.*row.member) return;
      out_ += row.key;
      out_ += '=';
      put(value.*row.member);
    });
    out_ += '}';
  }

  std::string out_;
};
}  // namespace

std::string canonical(const Table& table) { return Spelling::of(table); }
std::string canonical(const Unique& unique) { return Spelling::of(unique); }
std::string canonical(const ForeignKey& key) { return Spelling::of(key); }
std::string canonical(const Check& check) { return Spelling::of(check); }
std::string canonical(const Index& index) { return Spelling::of(index); }
std::string canonical(const Definition& definition) { return Spelling::of(definition); }

std::string fingerprint(const Schema& schema) {
  return sha256(Spelling::of(schema.tables) + Spelling::of(schema.definitions));
}

}  // namespace dataflow
