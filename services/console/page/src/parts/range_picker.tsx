import { set_query, usePlace } from '../lib/router';
import { t } from '../texts';

const kRanges = [300, 900, 3600, 21_600, 86_400, 604_800];

/** The range that the URL says, in seconds. */
export function useRange(otherwise: number): number {
    const last = Number(usePlace().query.get('last'));
    return Number.isInteger(last) && last >= 60 && last <= 31_536_000 ? last : otherwise;
}

export function RangePicker({ last, otherwise }: { last: number; otherwise: number }) {
    const { m5, m15, h1, h6, d1, d7, label } = t().range;
    const names = [m5, m15, h1, h6, d1, d7];
    return (
        <div class="segments" role="group" aria-label={label}>
            {kRanges.map((range, i) => (
                <button
                    key={range}
                    type="button"
                    aria-pressed={range === last}
                    onClick={() => set_query({ last: range === otherwise ? null : `${range}` })}
                >
                    {names[i]}
                </button>
            ))}
        </div>
    );
}
