// What a struct cannot say by its members: keys, indexes, names, defaults. Declared by member pointer in one chain that
// erases each option, where it is written, to a small record.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "dataflow/reflect/column_type.hpp"
#include "dataflow/schema.hpp"

namespace dataflow {

/// Options of a struct that cannot be edited: `template <> struct dataflow::Options<T> { static auto get() {…} };`
template <class T> struct Options {};

inline constexpr Action no_action = Action::no_action;
inline constexpr Action restrict = Action::restrict;
inline constexpr Action cascade = Action::cascade;
inline constexpr Action set_null = Action::set_null;
inline constexpr Action set_default = Action::set_default;

namespace reflect {

class ModelBuilder;
template <class T> void describe(ModelBuilder& builder);

/// Its address stands for the class, without RTTI.
template <class T> inline constexpr char key_of = 0;

/// A member without its type: its class and its distance from the start of it.
struct Member {
  const void* owner = nullptr;
  std::ptrdiff_t offset = 0;
};

/// Room for a C in which no C ever lives: only addresses are taken.
template <class C> alignas(C) inline std::byte room_for[sizeof(C)] = {};

template <class C, class M> [[gnu::always_inline]] inline Member member(M C::*pointer) {
  const C& place = *reinterpret_cast<const C*>(room_for<C>);
  return {&key_of<C>, &reinterpret_cast<const std::byte&>(place.*pointer) - room_for<C>};
}

/// What a record says. Each stands for the option that is called so; the last ones modify the option before them.
enum class Word : std::uint8_t {
  schema,
  table_comment,
  table_renamed_from,
  attribute,
  column_attribute,
  comment,
  column_name,
  renamed_from,
  default_sql,
  default_from_initializer,
  no_default,
  backfill,
  backfill_sql,
  ignore,
  generated,
  collation,
  postgis,
  type,
  nullable,
  identity,
  primary_key,
  no_primary_key,
  unique,
  index,
  foreign_key,
  check,
  part,
  descending,
  expression,
  text_search,
  referenced,
  named,
  where,
  on_delete,
  on_update,
  stored,
  deferrable,
  method,
  only_on,
  initially_deferred,
  by_default,
  unnamed,
  as_index,
  to_key,
  with,
  with_part
};

struct Record {
  Word word;
  Action action = Action::no_action;
  Member member = {};
  std::string_view text = {}, more = {};
  void (*target)(ModelBuilder&) = nullptr;
  std::size_t literal = 0;  ///< its place among the list's literals
  std::size_t number = 0;   ///< with_part: the part, counted from 1
};

/// Records and the text they point at. Compiled once.
class OptionList {
 public:
  explicit OptionList(std::string_view table);
  OptionList(OptionList&&) noexcept;
  OptionList& operator=(OptionList&&) = delete;
  ~OptionList();

  void add(Word word, std::string_view text = {}, std::string_view more = {});
  void add(Word word, Member member, std::string_view text = {});
  void add(Word word, Action action);
  void add(Word word, Member member, std::string_view text, std::string_view more);
  void add_part_attribute(std::size_t part, std::string_view key, std::string_view value);
  void add_literal(Word word, Member member, std::optional<Literal> literal);
  void add_target(void (*target)(ModelBuilder&));

  struct Contents;
  const Contents& contents() const { return *contents_; }

 private:
  Contents* contents_;
};

/// A part of an index in descending order, of a member of C.
template <class C> struct Descending { Member member; };
struct Expression {
  std::string_view sql;
};

/// Members of a foreign key, on one side of it.
template <class Target, class... Members> struct Columns { Member members[sizeof...(Members)]; };
template <class C, class M> struct MemberOf {};
/// Among the owners of a declaration: it ignores members of C whose type is M.
template <class C, class M> struct Ignored {};

template <class Part> struct OwnerOf { using type = void; };
template <class C, class M> struct OwnerOf<M C::*> { using type = C; };
template <class C> struct OwnerOf<Descending<C>> { using type = C; };

template <class Have, class Owner>
inline constexpr bool covers = std::is_same_v<Have, Owner> || std::is_base_of_v<Owner, Have>;

template <class... Owners> class Declaration;

/// D after it has named members of more classes; void stands for a part that names none.
template <class D, class... New> struct Joined { using type = D; };
template <class... Owners, class C, class... Rest>
struct Joined<Declaration<Owners...>, C, Rest...>
    : Joined<std::conditional_t<std::is_void_v<C> || (covers<Owners, C> || ...), Declaration<Owners...>,
                                Declaration<Owners..., C>>,
             Rest...> {};
template <class C, class... Rest> struct Joined<Declaration<C>, C, Rest...> : Joined<Declaration<C>, Rest...> {};
template <class C> struct Joined<Declaration<>, C> { using type = Declaration<C>; };
template <> struct Joined<Declaration<>, void> { using type = Declaration<>; };

/// What an option returns: the declaration itself as long as its type stays the same.
template <class D, class Next> struct Returned { using type = Next; };
template <class D> struct Returned<D, D> { using type = D&&; };

struct Mixed {};
template <class Target, class... C> struct TargetOf { using type = Target; };
template <class C, class... More> struct TargetOf<void, C, More...> {
  using type = std::conditional_t<(std::is_same_v<C, More> && ...), C, Mixed>;
};

/// A chain of options. `Owners` are the structs whose members it has named so far; a modifier (those at the end, from
/// `named` on) belongs to the option just before it. Text is copied.
/// The functions are written out rather than shared: each layer of templates costs every model compile time.
template <class... Owners> class Declaration : public OptionList {
  template <class... C> using With = typename Returned<Declaration, typename Joined<Declaration, C...>::type>::type;
  using Self = Declaration&&;

 public:
  using OptionList::OptionList;
  explicit Declaration(OptionList&& list) : OptionList(std::move(list)) {}

  Self schema(std::string_view name) && { return add(Word::schema, name), static_cast<Declaration&&>(*this); }
  Self comment(std::string_view text) && { return add(Word::table_comment, text), static_cast<Declaration&&>(*this); }
  Self renamed_from(std::string_view table) && {
    return add(Word::table_renamed_from, table), static_cast<Declaration&&>(*this);
  }
  /// A property that only some servers know: option("strict"), option("engine", "InnoDB").
  Self option(std::string_view key, std::string_view value = {}) && {
    return add(Word::attribute, key, value), static_cast<Declaration&&>(*this);
  }
  Self check(std::string_view name, std::string_view sql) && {
    return add(Word::check, name, sql), static_cast<Declaration&&>(*this);
  }
  /// A check that the server names, or that stays without a name where it may.
  Self check(std::string_view sql) && {
    return add(Word::check, std::string_view(), sql), add(Word::unnamed), static_cast<Declaration&&>(*this);
  }
  /// No key, also where a member is called id.
  Self no_primary_key() && { return add(Word::no_primary_key), static_cast<Declaration&&>(*this); }
  Self index_expression(std::string_view sql) && {
    return add(Word::index), add(Word::expression, sql), static_cast<Declaration&&>(*this);
  }

  template <class C, class M> decltype(auto) comment(M C::*m, std::string_view text) && {
    add(Word::comment, member(m), text);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) column_name(M C::*m, std::string_view name) && {
    add(Word::column_name, member(m), name);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) renamed_from(M C::*m, std::string_view column) && {
    add(Word::renamed_from, member(m), column);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) default_sql(M C::*m, std::string_view sql) && {
    add(Word::default_sql, member(m), sql);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) default_from_initializer(M C::*m) && {
    static_assert(has_literal<std::remove_cv_t<M>>,
                  "dataflow: default_from_initializer: values of this type have no constant; use default_sql");
    add(Word::default_from_initializer, member(m));
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) no_default(M C::*m) && {
    add(Word::no_default, member(m));
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// Existing rows get `value` when the column is new or newly required.
  template <class C, class M, class Value = M> decltype(auto) backfill(M C::*m, const Value& value) && {
    using Stored = std::remove_cv_t<M>;
    static_assert(has_literal<Stored>, "dataflow: backfill: values of this type have no constant; use backfill_sql");
    static_assert(std::is_convertible_v<const Value&, Stored>,
                  "dataflow: backfill: the value does not convert to the type of the member");
    if constexpr (has_literal<Stored> && std::is_convertible_v<const Value&, Stored>)
      add_literal(Word::backfill, member(m), literal_of<Stored>(value));
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) backfill_sql(M C::*m, std::string_view sql) && {
    add(Word::backfill_sql, member(m), sql);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// The member is no column, whatever its type.
  template <class C, class M> decltype(auto) ignore(M C::*m) && {
    add(Word::ignore, member(m));
    return With<C, Ignored<C, std::remove_cv_t<M>>>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) generated(M C::*m, std::string_view sql) && {
    add(Word::generated, member(m), sql);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class C, class M> decltype(auto) collation(M C::*m, std::string_view name) && {
    add(Word::collation, member(m), name);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// On PostgreSQL the column is of this type of the extension postgis where that is installed: "geometry(Point,
  /// 4326)". Without the extension it is what the member is, and the plan has a note; on other servers it always is.
  template <class C, class M> decltype(auto) postgis(M C::*m, std::string_view type = "geometry") && {
    add(Word::postgis, member(m), type);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// The column's type as its server writes it, in place of the one that the member's type stands for:
  /// type(&Film::keywords, "tsvector").
  template <class C, class M> decltype(auto) type(M C::*m, std::string_view as_written) && {
    add(Word::type, member(m), as_written);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// NULL is allowed although the column belongs to the primary key (SQLite), or its member is no std::optional.
  template <class C, class M> decltype(auto) nullable(M C::*m) && {
    add(Word::nullable, member(m));
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// A property of a column that only some servers know: option(&T::changed, "on update", "current_timestamp()").
  template <class C, class M> decltype(auto) option(M C::*m, std::string_view key, std::string_view value = {}) && {
    add(Word::column_attribute, member(m), key, value);
    return With<C>(static_cast<Declaration&&>(*this));
  }
  /// The database gives the value and never uses one twice. Also the primary key, unless one is declared.
  template <class C, class M> decltype(auto) identity(M C::*m) && {
    static_assert(is_number<stored_type<M>>,
                  "dataflow: identity: only an integer member can be numbered by the database");
    add(Word::identity, member(m));
    return With<C>(static_cast<Declaration&&>(*this));
  }

  template <class... C, class... M> decltype(auto) primary_key(M C::*... m) && {
    static_assert(sizeof...(C) > 0, "dataflow: primary_key needs at least one member");
    add(Word::primary_key);
    (add(Word::part, member(m)), ...);
    return With<C...>(static_cast<Declaration&&>(*this));
  }
  /// Parts are member pointers, desc(&T::m) and expr("sql"). With one of the latter, or where(), it is a unique index.
  template <class... Parts> decltype(auto) unique(Parts... parts) && {
    static_assert(sizeof...(Parts) > 0, "dataflow: unique needs at least one part");
    add(Word::unique);
    (add_part(parts), ...);
    return With<typename OwnerOf<Parts>::type...>(static_cast<Declaration&&>(*this));
  }
  template <class... Parts> decltype(auto) index(Parts... parts) && {
    static_assert(sizeof...(Parts) > 0, "dataflow: index needs at least one part");
    add(Word::index);
    (add_part(parts), ...);
    return With<typename OwnerOf<Parts>::type...>(static_cast<Declaration&&>(*this));
  }

  /// On PostgreSQL each of these members gets a GIN index of its own; other servers have none.
  template <class... C, class... M> decltype(auto) jsonb_gin_indexes(M C::*... m) && {
    static_assert(sizeof...(C) > 0, "dataflow: jsonb_gin_indexes needs at least one member");
    (add_gin(member(m)), ...);
    return With<C...>(static_cast<Declaration&&>(*this));
  }
  /// On PostgreSQL a GIN index over to_tsvector('language', m), which finds words: WHERE to_tsvector('english', m) @@ …
  template <class C, class M> decltype(auto) text_search(M C::*m, std::string_view language = "english") && {
    add(Word::index), add(Word::text_search, member(m), language);
    add(Word::method, "gin"), add(Word::only_on, "postgresql");
    return With<C>(static_cast<Declaration&&>(*this));
  }

  /// `Model` is needed only where the referenced member is inherited: references<User>(&Post::user_id, &User::id).
  template <class Model = void, class C, class M, class D, class N> decltype(auto) references(M C::*from, N D::*to) && {
    using To = typename TargetOf<Model, D>::type;
    check_foreign_key<To, D, same_column_type<stored_type<M>, stored_type<N>>>();
    add_target(&describe<To>);
    add(Word::part, member(from));
    add(Word::referenced, member(to));
    return With<C>(static_cast<Declaration&&>(*this));
  }
  template <class From, class... C, class... M, class To, class... D, class... N>
  decltype(auto) foreign_key(Columns<From, MemberOf<C, M>...> from, Columns<To, MemberOf<D, N>...> to) && {
    static_assert(sizeof...(C) == sizeof...(D), "dataflow: foreign_key: both sides must have as many columns");
    if constexpr (sizeof...(C) == sizeof...(D)) {
      static_assert(!std::is_same_v<To, Mixed>,
                    "dataflow: the referenced columns are members of different structs; write columns<Model>(...)");
      (check_foreign_key<To, D, same_column_type<stored_type<M>, stored_type<N>>>(), ...);
      add_target(&describe<To>);
    }
    for (const Member& m : from.members) add(Word::part, m);
    for (const Member& m : to.members) add(Word::referenced, m);
    return With<C...>(static_cast<Declaration&&>(*this));
  }

  Self named(std::string_view name) && { return add(Word::named, name), static_cast<Declaration&&>(*this); }
  Self where(std::string_view sql) && { return add(Word::where, sql), static_cast<Declaration&&>(*this); }
  Self on_delete(Action action) && { return add(Word::on_delete, action), static_cast<Declaration&&>(*this); }
  Self on_update(Action action) && { return add(Word::on_update, action), static_cast<Declaration&&>(*this); }
  Self stored() && { return add(Word::stored), static_cast<Declaration&&>(*this); }
  Self deferrable() && { return add(Word::deferrable), static_cast<Declaration&&>(*this); }
  /// Checked at commit unless a transaction asks otherwise.
  Self initially_deferred() && { return add(Word::initially_deferred), static_cast<Declaration&&>(*this); }
  /// A foreign key that names no columns on the other side: it points to the primary key there.
  Self to_key() && { return add(Word::to_key), static_cast<Declaration&&>(*this); }
  /// An identity that takes a value which the row brings.
  Self by_default() && { return add(Word::by_default), static_cast<Declaration&&>(*this); }
  /// A constraint without a name, where a server keeps it so.
  Self unnamed() && { return add(Word::unnamed), static_cast<Declaration&&>(*this); }
  /// `unique` as an index, not as a constraint.
  Self as_index() && { return add(Word::as_index), static_cast<Declaration&&>(*this); }
  /// A property that only some servers know: index(&T::a).with("tablespace", "fast").
  Self with(std::string_view key, std::string_view value = {}) && {
    return add(Word::with, key, value), static_cast<Declaration&&>(*this);
  }
  /// The same of one part, counted from 1: index(&T::title).with_part(1, "length", "20").
  Self with_part(std::size_t part, std::string_view key, std::string_view value = {}) && {
    return add_part_attribute(part, key, value), static_cast<Declaration&&>(*this);
  }
  /// How an index is built, where a server knows several ways: "gin", "brin", "hash".
  Self method(std::string_view name) && { return add(Word::method, name), static_cast<Declaration&&>(*this); }
  /// The index is there on servers of this dialect only.
  Self only_on(std::string_view dialect) && { return add(Word::only_on, dialect), static_cast<Declaration&&>(*this); }

 private:
  template <class C, class M> [[gnu::always_inline]] inline void add_part(M C::*m) { add(Word::part, member(m)); }
  template <class C> void add_part(Descending<C> part) { add(Word::descending, part.member); }
  void add_gin(Member m) {
    add(Word::index), add(Word::part, m), add(Word::method, "gin"), add(Word::only_on, "postgresql");
  }
  void add_part(Expression part) { add(Word::expression, part.sql); }

  template <class To, class D, bool same_type> static consteval void check_foreign_key() {
    static_assert(same_type, "dataflow: a foreign key column and the column it points to have different C++ types");
    static_assert(std::is_base_of_v<D, To>, "dataflow: the referenced column is not a member of that model");
  }
};

}  // namespace reflect

/// Starts the options of a struct. Without a name the table is called like the struct, in snake_case.
inline reflect::Declaration<> table(std::string_view name = {}) { return reflect::Declaration<>(name); }

template <class C, class M> reflect::Descending<C> desc(M C::*m) { return {reflect::member(m)}; }

inline reflect::Expression expr(std::string_view sql) { return {sql}; }

/// One side of a foreign key of several columns. `Model` is needed only where members are inherited.
template <class Model = void, class... C, class... M>
reflect::Columns<typename reflect::TargetOf<Model, C...>::type, reflect::MemberOf<C, M>...> columns(M C::*... m) {
  return {{reflect::member(m)...}};
}

}  // namespace dataflow
