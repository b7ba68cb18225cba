import type { Row } from '../api/types';
import { key_of, type Difference } from '../lib/endpoint_diff';
import { t } from '../texts';
import { useFirst } from './basics';

function details(row: Row): string {
    return [`${t().edit.weight} ${row.weight}`, row.zone, ...row.tags].filter(Boolean).join(' · ');
}

function changes(before: Row, after: Row): string {
    const e = t().edit;
    const parts: string[] = [];
    if (before.weight !== after.weight) {
        parts.push(`${e.weight} ${before.weight} → ${after.weight}`);
    }
    if (before.zone !== after.zone) {
        parts.push(`${e.zone} ${before.zone || '–'} → ${after.zone || '–'}`);
    }
    if (before.tags.join() !== after.tags.join()) {
        parts.push(`${e.tags} ${before.tags.join(', ') || '–'} → ${after.tags.join(', ') || '–'}`);
    }
    return parts.join(' · ');
}

interface GroupProps {
    sign: string;
    title: string;
    lines: [string, string][];
    heading: 'h2' | 'h3';
}

function Group({ sign, title, lines, heading: Heading }: GroupProps) {
    const { shown, more } = useFirst(lines);
    if (lines.length === 0) return null;
    return (
        <section class={`diff diff-${sign}`}>
            <Heading>{title}</Heading>
            <ul>
                {shown.map(([endpoint, text]) => (
                    <li key={endpoint}>
                        <span class="address">{endpoint}</span> <span class="muted">{text}</span>
                    </li>
                ))}
            </ul>
            {more}
        </section>
    );
}

export function DifferenceList({ of, heading = 'h3' }: { of: Difference; heading?: 'h2' | 'h3' }) {
    const e = t().edit;
    return (
        <div class="diffs">
            <Group
                heading={heading}
                sign="removed"
                title={e.group_removed(of.removed.length)}
                lines={of.removed.map((row) => [key_of(row), details(row)])}
            />
            <Group
                heading={heading}
                sign="changed"
                title={e.group_changed(of.changed.length)}
                lines={of.changed.map(({ before, after }) => [key_of(after), changes(before, after)])}
            />
            <Group
                heading={heading}
                sign="added"
                title={e.group_added(of.added.length)}
                lines={of.added.map((row) => [key_of(row), details(row)])}
            />
        </div>
    );
}
