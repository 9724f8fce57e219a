-- grain and key: shipment_id of the date; inputs: tonight (shipment_id), near (what is near each party of the shipment, a row
-- a role), same_text (consignees_n at one address whose goods have the same text)
-- leak rule: the network of the date has edges of the date and before, and exams known before it
select
    tonight.shipment_id,
    max(component_parties_n)::double as component_parties_n,
    max(component_new_n)::double as component_new_n,
    max(community_parties_n)::double as community_parties_n,
    max(address_parties_n) filter (where role <> 'consignee')::double as sender_address_parties_n,
    max(address_parties_n) filter (where role = 'consignee')::double as consignee_address_parties_n,
    max(phone_parties_n)::double as phone_parties_n,
    max(neighbour_finding_share) as neighbour_finding_share,
    min(listed_hops_n)::double as listed_hops_n,
    max(spread_risk) as spread_risk,
    coalesce(bool_or(is_new_at_old_place) filter (where role <> 'consignee'), false)::double as is_new_at_old_place,
    coalesce(any_value(same_text.consignees_n), 1)::double as same_text_consignees_n
from tonight
left join near using (shipment_id)
left join same_text using (shipment_id)
group by tonight.shipment_id
