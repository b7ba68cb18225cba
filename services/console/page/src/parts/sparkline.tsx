const kWidth = 120;
const kHeight = 24;

function area(values: number[], most: number): string {
    const step = kWidth / Math.max(1, values.length - 1);
    const points = values.map(
        (value, i) =>
            `${(i * step).toFixed(1)},${(kHeight - 1 - (value / most) * (kHeight - 2)).toFixed(1)}`,
    );
    return `M0,${kHeight}L${points.join('L')}L${kWidth},${kHeight}Z`;
}

/** Calls over time, and in it the failures. */
export function Sparkline({ calls, failures, label }: { calls: number[]; failures: number[]; label: string }) {
    const most = Math.max(1, ...calls);
    return (
        <svg
            class="spark"
            viewBox={`0 0 ${kWidth} ${kHeight}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={label}
        >
            {calls.length > 1 && <path class="spark-calls" d={area(calls, most)} />}
            {failures.some((n) => n > 0) && <path class="spark-failures" d={area(failures, most)} />}
        </svg>
    );
}
