// nlohmann::json members as JSON columns. Only the forward declaration is needed here; whoever has such a member
// includes <nlohmann/json.hpp>.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "dataflow/reflect/column_type.hpp"

namespace dataflow {

template <> struct ColumnType<nlohmann::json> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::json); }
  /// A template, so that the type may be incomplete until a model uses it.
  template <class Json> static std::optional<Literal> literal(const Json& value) {
    if (value.is_null()) return {};
    return Literal{value.dump()};
  }
};

}  // namespace dataflow
