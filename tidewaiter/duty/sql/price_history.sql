-- grain: six-digit number x origin x price band; inputs: price_day_past (bands of earlier days), $first day of the window
-- what later filings took back is counted on the day it was first counted, so a band never goes below zero
select hs6, origin_country, price_band, sum(shipments_n) as shipments_n
from price_day_past where counted_on >= $first group by all having sum(shipments_n) > 0
