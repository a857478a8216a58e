-- Section: tells an outcome again, if the request is the same; for reserve and consume.
if hold[H_FINGERPRINT] == fingerprint then
  detail = 1
else
  answer = {MISMATCH, now}
end
