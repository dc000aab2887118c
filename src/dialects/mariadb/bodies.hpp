// Where a statement with a body ends, for files whose tools send them to the server as they stand: no DELIMITER tells.
#pragma once
#include <string_view>

namespace dataflow::mariadb {

/// Whether the text begins a routine, trigger, event or block and a block of its body waits for its END: a semicolon
/// behind it does not end the statement.
bool waits_for_end(std::string_view statement);

}  // namespace dataflow::mariadb
