import { language, t } from '../texts';

const kNothing = '–';

const formats = new Map<string, Intl.NumberFormat>();

function number_format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = language.get() + JSON.stringify(options);
    let format = formats.get(key);
    if (!format) {
        format = new Intl.NumberFormat(t().lang, options);
        formats.set(key, format);
    }
    return format;
}

export function fixed(value: number, digits: number): string {
    return number_format({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
        value,
    );
}

export function count(value: number | null | undefined): string {
    if (value === null || value === undefined) return kNothing;
    if (Math.abs(value) < 100_000) return number_format({ maximumFractionDigits: 0 }).format(value);
    return number_format({ notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** Calls per second, of calls counted over so many seconds. */
export function rate(calls: number | null | undefined, seconds: number): string {
    if (calls === null || calls === undefined || seconds <= 0) return kNothing;
    return per_second(calls / seconds);
}

export function per_second(value: number | null): string {
    if (value === null) return kNothing;
    if (value === 0) return '0';
    if (value < 0.1) return '<0.1';
    return value < 100 ? fixed(value, 1) : count(value);
}

export function share(value: number | null | undefined): string {
    if (value === null || value === undefined) return kNothing;
    if (value > 0 && value < 0.0005) return '<0.1 %';
    return `${fixed(value * 100, 1)} %`;
}

export function latency(us: number | null | undefined): string {
    if (us === null || us === undefined) return kNothing;
    if (us < 1000) return `${fixed(us, 0)} µs`;
    if (us < 10_000) return `${fixed(us / 1000, 1)} ms`;
    if (us < 1_000_000) return `${fixed(us / 1000, 0)} ms`;
    return `${fixed(us / 1_000_000, 2)} s`;
}

export function duration(seconds: number): string {
    if (seconds >= 3600 && seconds % 3600 === 0) return t().time.hours(seconds / 3600);
    if (seconds >= 60 && seconds % 60 === 0) return t().time.minutes(seconds / 60);
    return t().time.seconds(seconds);
}

/** The viewer's local time, with the date unless it is today. */
export function local_time(at: number, now: number = Date.now() / 1000): string {
    const date = new Date(at * 1000);
    const today = date.toDateString() === new Date(now * 1000).toDateString();
    const same_year = date.getFullYear() === new Date(now * 1000).getFullYear();
    const options: Intl.DateTimeFormatOptions = {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
    };
    if (!today) {
        options.month = 'short';
        options.day = 'numeric';
        if (!same_year) options.year = 'numeric';
    }
    return date.toLocaleString(t().lang, options);
}

export function utc_time(at: number): string {
    return `${new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function ago(at: number, now: number): string {
    const s = Math.round(now - at);
    if (s < -1) return t().time.in_future;
    if (s < 2) return t().time.now;
    if (s < 120) return t().time.ago_s(s);
    if (s < 7200) return t().time.ago_min(Math.round(s / 60));
    if (s < 172_800) return t().time.ago_h(Math.round(s / 3600));
    return t().time.ago_d(Math.round(s / 86_400));
}
