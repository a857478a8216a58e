-- Functions on the ledger. Need: now, account, entries.

local function append(list, ...)
  local n = #list
  for i = 1, select('#', ...) do list[n + i] = (select(i, ...)) end
end

-- What one entry does to one token type; the balance has the change in it already.
local function add_line(lines, name, balance, granted, consumed, lapsed, released)
  append(lines, name, granted, consumed, lapsed, released,
    balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED])
end

-- An entry about a reservation, or about the account itself when hold is nil.
local function add_entry(kind, hold, id, note, lines)
  local revision = account[A_REVISION] + 1
  account[A_REVISION] = revision
  entries = entries or {}
  entries[#entries + 1] = cmsgpack.pack(revision, now, kind, hold and hold[H_FEATURE] or '',
    hold and hold[H_MEMBER] or '', id, hold and hold[H_METADATA] or '', note, 0, unpack(lines))
end
