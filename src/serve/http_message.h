// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace papr::serve {

/// Names and values in the order of names; a name may come more than once.
using Fields = std::multimap<std::string, std::string>;

/// What a request says before its body.
struct RequestHead {
  std::string method;
  std::string path;   ///< percent-decoded, without the query
  Fields headers;     ///< names in lower case
  Fields parameters;  ///< of the query, percent-decoded
};

/// The body is always JSON.
struct HttpResponse {
  int status = 200;
  std::string body;
  Fields headers;  ///< beside those that every answer has
};

}  // namespace papr::serve
