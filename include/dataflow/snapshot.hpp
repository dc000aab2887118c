// A schema as text: a line notation made for reading and for version control, and JSON made for programs.
#pragma once
#include <string>
#include <string_view>

#include "dataflow/schema.hpp"

namespace dataflow {

std::string to_text(const Schema& schema);
std::string to_json(const Schema& schema);
/// Read back what to_text and to_json wrote: parse(print(s)) == s.
/// Throw Error{bad_document} with the line and what was expected there.
Schema schema_from_text(std::string_view text);
Schema schema_from_json(std::string_view json);

/// SHA-256 (hex) of the schema's meaning: equal schemas have equal fingerprints, in any process and release. The order
/// of tables, columns, constraints, indexes and definitions does not count, that of key parts does; dialect and
/// unmodelled objects are left out, as `diff` leaves them out.
std::string fingerprint(const Schema& schema);

}  // namespace dataflow
