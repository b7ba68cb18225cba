const kWidth = 120;
const kHeight = 24;

function line(values: number[], most: number): string {
    const step = kWidth / Math.max(1, values.length - 1);
    return values
        .map(
            (value, i) =>
                `${(i * step).toFixed(1)},${(kHeight - 1 - (value / most) * (kHeight - 2)).toFixed(1)}`,
        )
        .join('L');
}

function area(values: number[], most: number): string {
    return `M0,${kHeight}L${line(values, most)}L${kWidth},${kHeight}Z`;
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
            {calls.length > 1 && (
                <>
                    <path class="spark-calls" d={area(calls, most)} />
                    <path class="spark-line" d={`M${line(calls, most)}`} />
                </>
            )}
            {failures.some((n) => n > 0) && <path class="spark-failures" d={area(failures, most)} />}
        </svg>
    );
}
