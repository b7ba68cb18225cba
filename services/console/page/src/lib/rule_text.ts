import { t } from '../texts';
import { duration, latency, share } from './format';

export function rule_text(rule: { kind: string; threshold: number; for_s: number }): string {
    const threshold = rule.kind === 'p99' ? latency(rule.threshold) : share(rule.threshold);
    const known = t().alarms.condition[rule.kind];
    return known
        ? known(threshold, duration(rule.for_s))
        : `${rule.kind} ${rule.threshold} ${duration(rule.for_s)}`;
}
