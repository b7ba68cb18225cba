import { useState } from 'preact/hooks';
import type { Why, WhyEvent } from '../api/types';
import { fixed } from '../lib/format';
import { Time } from '../parts/basics';
import { kLeftPx, kRightPx } from '../parts/chart';
import { t } from '../texts';

const kKnown = ['edit', 'expiry', 'registration', 'alarm', 'ejected', 'returned'];

function shape_of(event: WhyEvent): string {
    return kKnown.includes(event.kind) ? event.kind : 'other';
}

function id_of(index: number): string {
    return `why-${index}`;
}

/** Marks below the charts, on the same time axis. The list says the same in words. */
export function WhyStrip({ why, from, to }: { why: Why; from: number; to: number }) {
    const span = Math.max(1, to - from);
    return (
        <div
            class="why-strip"
            style={{ marginLeft: `${kLeftPx}px`, marginRight: `${kRightPx}px` }}
            aria-hidden="true"
        >
            {why.events.map((event, i) =>
                event.at < from || event.at > to ? null : (
                    <span
                        key={i}
                        class={`mark-event why-${shape_of(event)}`}
                        style={{ left: `${((event.at - from) / span) * 100}%` }}
                        title={event.text}
                        onClick={() => {
                            const item = document.getElementById(id_of(i));
                            item?.scrollIntoView({ block: 'nearest' });
                            item?.focus();
                        }}
                    />
                ),
            )}
        </div>
    );
}

function numbers_of(event: WhyEvent): string {
    return Object.entries(event.numbers ?? {})
        .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : fixed(value, 3)}`)
        .join(', ');
}

const kFirstEvents = 8;

export function WhyList({ why }: { why: Why }) {
    const [all, set_all] = useState(false);
    const m = t().module;
    if (why.events.length === 0) return <p class="muted">{m.why_empty}</p>;
    const newest_first = why.events.map((event, i) => ({ event, i })).reverse();
    const shown = all ? newest_first : newest_first.slice(0, kFirstEvents);
    return (
        <>
            <ol class="why-list">
                {shown.map(({ event, i }) => (
                    <li key={`${event.at} ${i}`} id={id_of(i)} tabIndex={-1}>
                        <Time at={event.at} now={why.now} />
                        <span class={`why-kind why-${shape_of(event)}`}>
                            {t().kinds[event.kind] ?? event.kind}
                        </span>
                        <span class="why-text">
                            {event.text}
                            {event.endpoint && !event.text.includes(event.endpoint) && (
                                <span class="address"> {event.endpoint}</span>
                            )}
                            {event.reason && !event.text.includes(event.reason) && <> · {event.reason}</>}
                            {event.actor && !event.text.includes(event.actor) && (
                                <span class="muted"> · {event.actor}</span>
                            )}
                            {event.numbers && <span class="muted num"> · {numbers_of(event)}</span>}
                        </span>
                    </li>
                ))}
            </ol>
            {!all && newest_first.length > kFirstEvents && (
                <button type="button" class="button small" onClick={() => set_all(true)}>
                    {t().app.show_all(newest_first.length)}
                </button>
            )}
        </>
    );
}
