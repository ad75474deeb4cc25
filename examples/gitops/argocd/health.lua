-- How Argo CD is to see a McpServer: kstatus order. In argocd-cm it is `resource.customizations.health.mooring.dev_McpServer`.
local health = { status = "Progressing", message = "Waiting for the operator of Mooring" }
local status = obj.status
if status == nil or status.conditions == nil then
  return health
end

-- What status says of an older edit says nothing of this one.
if status.observedGeneration ~= nil and obj.metadata.generation ~= nil
    and status.observedGeneration < obj.metadata.generation then
  return health
end

local found = {}
for _, condition in ipairs(status.conditions) do
  found[condition.type] = condition
end
local function holds(type)
  return found[type] ~= nil and found[type].status == "True"
end
local function told(verdict, condition)
  health.status = verdict
  health.message = condition.message
  return health
end

if found.Accepted ~= nil and found.Accepted.reason == "Disabled" then
  return told("Suspended", found.Accepted)
end
-- An edit that cannot arrive is degraded although the old version serves on.
if holds("Stalled") then
  return told("Degraded", found.Stalled)
end
if holds("Reconciling") then
  return told("Progressing", found.Reconciling)
end
if holds("Ready") then
  return told("Healthy", found.Ready)
end
if found.Ready ~= nil and found.Ready.status == "False" then
  return told("Degraded", found.Ready)
end
return health
