// What PostgreSQL knows of each kind of Definition, as rows: how it is called, what it can have, when it is created.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dataflow/schema.hpp"

namespace dataflow::postgresql {

/// How an object is told from its like behind its keyword.
enum class Naming : std::uint8_t {
  bare,        ///< name: it lives in no schema
  qualified,   ///< schema.name
  relation,    ///< name ON schema.on
  signature,   ///< schema.name(on)
  left_right,  ///< schema.name (on), for operators, whose names are never quoted
  method,      ///< schema.name USING on
  verbatim,    ///< the name is the text itself: "(integer AS text)", "FOR public.hstore LANGUAGE plperl"
  nothing      ///< no statement can name it
};

struct DefinitionKind {
  std::string_view kind;     ///< Definition::kind
  std::string_view keyword;  ///< behind DROP, COMMENT ON and ALTER
  Naming naming;
  std::string_view grants;  ///< the word behind GRANT … ON; empty: nobody is granted anything
  bool owner;               ///< ALTER … OWNER TO
  bool replace;             ///< CREATE OR REPLACE; `replaceable` says between which two
  int rank;                 ///< creation goes by rank where dependencies leave a choice
};

/// Where tables stand among the ranks.
inline constexpr int table_rank = 60;

std::span<const DefinitionKind> all_kinds();
/// The row of a kind; nullptr for a kind that PostgreSQL does not have.
const DefinitionKind* find_kind(std::string_view kind);
/// The same. Throws Error{unsupported}.
const DefinitionKind& kind_of(std::string_view kind);

/// Whether CREATE OR REPLACE can make `after` of `before`, two definitions of the same kind, name and place: a function
/// must return the same and call its arguments the same, a view may only gain columns at its end.
bool replaceable(const Definition& before, const Definition& after);
/// The CREATE statement as CREATE OR REPLACE.
std::string create_or_replace(const Definition& definition);

}  // namespace dataflow::postgresql
