-- For wrk: one query again and again, or with another number in a comment each time, so that nobody has it ready.
-- Arguments: the path up to "query=", the query percent-encoded, what to accept, "cold" or "cached".
local path, query, accept, kind, number

function init(args)
  path, query, accept, kind = args[1], args[2], args[3], args[4]
  number = 0
  math.randomseed(os.time() + os.clock() * 1000000)
  salt = tostring(math.random(1, 1000000000))
end

function request()
  local text = query
  if kind == "cold" then
    number = number + 1
    text = query .. "%0A%23" .. salt .. "x" .. number
  end
  return wrk.format("GET", path .. text, { ["Accept"] = accept })
end

function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
