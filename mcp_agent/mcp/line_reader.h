// Lines from a pipe, of bounded length.
#ifndef SPECRELAY_MCP_AGENT_MCP_LINE_READER_H_
#define SPECRELAY_MCP_AGENT_MCP_LINE_READER_H_

#include <cstddef>
#include <string>

#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// Next() is for one thread; Stop() for any.
class LineReader {
 public:
  enum class Result {
    kLine,
    kTooLong,  // a line longer than allowed was skipped
    kEnd,      // no more: end of input, an error, or Stop()
  };

  LineReader(UniqueFd input, size_t max_line_bytes);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // Waits for the next line and puts it, without its line end (LF or CR LF), into `line`. A last line needs no end.
  Result Next(std::string& line);

  // Makes Next() return kEnd, now and ever after. Safe in a signal handler.
  void Stop() const;

 private:
  // Reads more; false at the end.
  bool Fill();
  // Takes a whole line out of the buffer.
  bool TakeLine(std::string& line);

  const UniqueFd input_;
  const UniqueFd wake_;  // an eventfd
  const size_t max_line_bytes_;
  std::string buffered_;
  size_t scanned_ = 0;     // of buffered_, without a line end in it
  bool skipping_ = false;  // within a line that is too long
  bool ended_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_LINE_READER_H_
