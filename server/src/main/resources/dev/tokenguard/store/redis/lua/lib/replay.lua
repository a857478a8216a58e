-- Section: tells an outcome again, if the request is the same; for reserve and consume.
if hold[H_FINGERPRINT] == ARGV[11] then
  details = {1, {hold[H_STATE], hold[H_FEATURE], hold[H_MEMBER], hold[H_CREATED], hold[H_EXPIRES], held}}
else
  answer = {MISMATCH, now}
end
