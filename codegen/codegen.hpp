// A schema written for people and compilers: structs, a diagram, a document. Pure text: nothing here talks to a
// database.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/diff.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/schema.hpp"

namespace dataflow::codegen {

/// A header with one struct a table and a function declare(DataFlow&), which compares equal to `schema`: what no struct
/// can say goes with it as definitions. `schema` is as a server read it. What is left out is listed in its comment.
std::string hpp(const Schema& schema);

/// Takes out of `schema` what hpp leaves out, unless `models` has it all the same: no model can want it, so it is no
/// difference to models. Returns what was taken out.
std::vector<Unmanaged> take_out_unmodelled(Schema& schema, const Schema& models);

/// A Mermaid erDiagram: tables, their columns with keys, foreign keys with their cardinality.
std::string mermaid(const Schema& schema);

/// What a document of a database is called: the name of the database or file; empty where the URL has none.
std::string title_of(std::string_view url);

/// A document: contents, diagram, every table and definition; with `history` (newest first) a change log.
std::string markdown(const Schema& schema, std::string_view title, const std::vector<Migration>& history = {});

}  // namespace dataflow::codegen
