-- Posts images in turn. `wrk ... -s wrk.lua URL -- PATH FILE...`; the results come as one line of JSON.
local bodies = {}
local boundary = "osler-bench"
local turn = 0

function init(arguments)
  local path = arguments[1]
  local headers = { ["content-type"] = "multipart/form-data; boundary=" .. boundary }
  for i = 2, #arguments do
    local file = assert(io.open(arguments[i], "rb"))
    local body = "--" .. boundary .. "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
      .. "Content-Type: image/jpeg\r\n\r\n" .. file:read("*a") .. "\r\n--" .. boundary .. "--\r\n"
    file:close()
    bodies[#bodies + 1] = wrk.format("POST", path, headers, body)
  end
end

function request()
  turn = turn % #bodies + 1
  return bodies[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format(
    '\n{"perSecond":%f,"p50":%f,"p99":%f,"requests":%d,"failed":%d}\n',
    (summary.requests - errors.status) / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, summary.requests, failed
  ))
end
