-- Section: may these tokens be spent? Checks in the order of precedence of the reasons.
--
-- Needs: catch_up, needs: {type, amount ...} in order of type, member_id, listed. Sets: denial: nil if
-- allowed, else {reason, type, scope, required, available, reset}; actor: the member, if one is named;
-- crowd: how many members there are, if one more would be too many.
local denial = nil
local actor = nil
local crowd = nil
if member_id ~= '' then
  -- include: member
  actor = member or {0, {}, {}}
  if not member and #needs > 0 then
    crowd = redis.call('HLEN', KEYS[MEMBERS])
    if crowd < max_members then crowd = nil end
  end
end

if status == SUSPENDED then
  denial = {ACCOUNT_SUSPENDED, '', ACCOUNT_SCOPE, 0, 0, 0}
elseif expires > 0 and now >= expires + grace then
  denial = {SUBSCRIPTION_EXPIRED, '', ACCOUNT_SCOPE, 0, 0, 0}
elseif closed == 1 and not (actor and actor[M_LISTED] == 1) then
  denial = {NOT_A_MEMBER, '', MEMBER_SCOPE, 0, 0, 0}
elseif listed ~= '1' then
  denial = {FEATURE_NOT_IN_PLAN, '', ACCOUNT_SCOPE, 0, 0, 0}
else
  -- A token type is in the plan if the plan has an allowance of it, or the account a grant.
  for i = 1, #needs, 2 do
    local found = rules[needs[i]]
    if not found then
      local balance = balances[needs[i]]
      for at = B_POCKETS, #balance, P_SIZE do
        found = found or balance[at + P_SCHEDULE] == GRANT
      end
    end
    if not found and not denial then
      denial = {FEATURE_NOT_IN_PLAN, needs[i], ACCOUNT_SCOPE, needs[i + 1], 0, 0}
    end
  end

  if actor and not denial then
    for i = 1, #needs, 2 do
      local name, amount = needs[i], needs[i + 1]
      local cap, use = actor[M_CAPS][name], actor[M_USE][name]
      if cap and not denial then
        local balance, reset = balances[name], FOREVER
        -- include: member_period
        for at = B_POCKETS, #balance, P_SIZE do
          if balance[at + P_SCHEDULE] ~= GRANT then reset = balance[at + P_UNTIL] end
        end
        local used = use and use[1] == period and use[2] + use[3] or 0
        local available = math.max(0, cap - used)
        if amount > available then
          local helps = amount <= cap and reset < FOREVER
          denial = {MEMBER_LIMIT_REACHED, name, MEMBER_SCOPE, amount, available, helps and reset or 0}
        end
      end
    end
  end

  if not denial then
    for i = 1, #needs, 2 do
      local name, amount = needs[i], needs[i + 1]
      local balance = balances[name]
      local free, granted, reset = -balance[B_DEBT], 0, FOREVER
      for at = B_POCKETS, #balance, P_SIZE do
        free = free + balance[at + P_FREE]
        if balance[at + P_SCHEDULE] == GRANT then
          granted = granted + balance[at + P_FREE]
        else
          reset = balance[at + P_UNTIL]
        end
      end
      if amount > free and not denial then
        -- Waiting helps if what the next period begins with would be enough.
        local rule = rules[name] and {cmsgpack.unpack(rules[name])}
        local helps = rule and reset < FOREVER
          and amount <= rule[R_AMOUNT] + rule[R_ROLLOVER] + granted
        denial = {INSUFFICIENT_TOKENS, name, ACCOUNT_SCOPE, amount, math.max(0, free),
          helps and reset or 0}
      end
    end
  end
end
