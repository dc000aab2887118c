// Names that nobody wrote: of constraints and indexes. Stable, because databases keep them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dataflow::reflect {

/// The longest identifier every server takes (PostgreSQL: 63 bytes).
inline constexpr std::size_t longest_name = 63;

/// The name itself, or its beginning with a hash of the whole when it is too long.
std::string shortened(std::string name);
/// Letters, digits and underscores, and bytes of other alphabets; no digit first.
bool is_identifier(std::string_view name);
/// "lower(email)" as "lower_email": its words, to stand in a name.
std::string words_of(std::string_view sql);

std::string unique_name(std::string_view table, const std::vector<std::string>& parts);       ///< user_email_key
std::string index_name(std::string_view table, const std::vector<std::string>& parts);        ///< ix_user_email
std::string foreign_key_name(std::string_view table, const std::vector<std::string>& parts);  ///< fk_user_org_id

}  // namespace dataflow::reflect
