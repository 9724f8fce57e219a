-- What each country of origin sent, and how much of it was chosen.
select
    shipment.origin_country,
    country.country_name,
    count(*) as shipments_n,
    count(*) filter (where shipment.is_selected) as selected_n,
    round(avg(shipment.score), 4) as mean_score,
    sum(shipment.value_usd) as value_usd
from mart.shipment as shipment
left join ref.country as country on country.country_code = shipment.origin_country
group by all
order by shipments_n desc, shipment.origin_country
limit 10;
