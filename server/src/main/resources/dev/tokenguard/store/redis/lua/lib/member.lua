-- Section: reads the member `member_id`. Sets: member, nil if there is none, or none any more.
local member = members and members[member_id]
if not member then
  member = redis.call('HGET', KEYS[MEMBERS], member_id)
  member = member and cmsgpack.unpack(member) or nil
end
