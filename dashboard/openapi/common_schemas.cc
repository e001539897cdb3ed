#include "dashboard/openapi/api_schemas.h"

namespace specrelay {

void AddCommonSchemas(Schema& schemas) {
  schemas["Error"] =
      Object({{"error", Text("What was wrong, and what to do")},
              {"offline?", Flag("True when no agent of the project is connected")},
              {"currentHash?", Text("Of a conflict: version that is there now; its ETag without quotes")},
              {"currentContent?", Text("Of a conflict: content that is there now")},
              {"machines?", ListOf(Reference("MachineChoice"))}});
  schemas["MachineChoice"] = Object({{"machineId", Text()}, {"hostName", Text()}, {"projectIds", ListOf(Text())}},
                                    "A connected machine among which the caller must choose");
  schemas["Queued"] = Object({{"requestId", Text("For GET /api/commands/{requestId}")},
                              {"state", Text()},
                              {"durability?", Text("MEMORY: it does not outlive the server; send it again then")}},
                             "The command was accepted and will be carried out");
  schemas["Done"] = Object({{"success", Flag()}});
  schemas["Success"] = Object({{"success", Flag()}, {"message", Text()}});
  schemas["Nothing"] = Object({}, "Nothing that matters; the body may be missing");
  schemas["DocumentContent"] = Object({{"content", Text("The whole document")}});
  schemas["Document"] = Object({{"content", Text()}, {"lastModified", Time()}});
  schemas["File"] = Object({{"path", Text()},
                            {"encoding", Choice({"utf-8", "base64"})},
                            {"content", Text("In that encoding")},
                            {"size", Count()},
                            {"hash", Text("SHA-256, hexadecimal")},
                            {"lastModified", Time()}});
}

}  // namespace specrelay
