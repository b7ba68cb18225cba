import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { Observable, useObservable } from '../lib/observable';
import { colour, colours_version } from '../lib/theme';
import { language } from '../texts';

export interface ChartLine {
    label: string;
    /** A custom property, "--line-1". */
    colour: string;
    dashed: boolean;
    wide: boolean;
    values: (number | null)[];
}

export interface ChartProps {
    title: string;
    /** What the chart says, for those who don't see it. */
    summary: string;
    times: number[];
    lines: ChartLine[];
    from: number;
    to: number;
    height: number;
    with_times: boolean;
    format: (value: number) => string;
    /** When something happened: thin upright lines. */
    marks: number[];
    /** The point under the pointer, shared by charts above each other. */
    cursor: Observable<number | null>;
}

/** What is beside the plot in each chart, so that all time axes are aligned. */
export const kLeftPx = 64;
export const kRightPx = 22;

function time_format(seconds: number): Intl.DateTimeFormatOptions {
    if (seconds > 3 * 86_400) return { month: 'numeric', day: 'numeric' };
    if (seconds > 86_400) return { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    return { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
}

/** Screens on walls have a larger root font, and get larger charts. */
function scale(): number {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 15;
}

function options(props: ChartProps, latest: { current: ChartProps }, width: number): uPlot.Options {
    const text = colour('--muted');
    const grid = colour('--grid');
    const mark = colour('--mark');
    const font = `${Math.round(12 * scale())}px system-ui, sans-serif`;
    return {
        width,
        height: Math.round(props.height * scale()),
        padding: [8, kRightPx, props.with_times ? 0 : 8, 0],
        legend: { show: false },
        cursor: {
            y: false,
            drag: { setScale: false },
            sync: { key: 'module' },
            points: { size: 6 },
        },
        scales: {
            x: { time: true, range: () => [latest.current.from, latest.current.to] },
            y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
        },
        axes: [
            {
                show: props.with_times,
                size: 28,
                stroke: text,
                font,
                grid: { stroke: grid, width: 1 },
                ticks: { show: false },
                values: (_plot, splits) => {
                    const format = time_format(latest.current.to - latest.current.from);
                    return splits.map((at) => new Date(at * 1000).toLocaleString(language.get(), format));
                },
            },
            {
                size: kLeftPx,
                stroke: text,
                font,
                space: 34,
                grid: { stroke: grid, width: 1 },
                ticks: { show: false },
                values: (_plot, splits) => splits.map((value) => latest.current.format(value)),
            },
        ],
        series: [
            {},
            ...props.lines.map((line) => ({
                label: line.label,
                stroke: colour(line.colour),
                width: line.wide ? 2 : 1.25,
                points: { show: false },
                ...(line.dashed ? { dash: [4, 3] } : {}),
            })),
        ],
        hooks: {
            setCursor: [(plot) => latest.current.cursor.set(plot.cursor.idx ?? null)],
            drawClear: [
                (plot) => {
                    const { ctx, bbox } = plot;
                    ctx.save();
                    ctx.fillStyle = mark;
                    for (const at of latest.current.marks) {
                        const x = Math.round(plot.valToPos(at, 'x', true));
                        if (x >= bbox.left && x <= bbox.left + bbox.width) {
                            ctx.fillRect(x, bbox.top, Math.max(1, devicePixelRatio), bbox.height);
                        }
                    }
                    ctx.restore();
                },
            ],
        },
    };
}

function data_of({ times, lines }: ChartProps): uPlot.AlignedData {
    return [times, ...lines.map((line) => line.values)];
}

export function Chart(props: ChartProps) {
    const box = useRef<HTMLDivElement>(null);
    const plot = useRef<uPlot | null>(null);
    const latest = useRef(props);
    latest.current = props;
    const colours = useObservable(colours_version);
    // Only what uPlot can't change later makes a new one.
    const shape = [
        colours,
        language.get(),
        ...props.lines.map((line) => line.label + line.colour + line.dashed),
    ].join('|');

    useEffect(() => {
        // Whoever leaves at once is gone before this runs.
        const holder = box.current;
        if (!holder) return;
        const made = new uPlot(options(latest.current, latest, holder.clientWidth), data_of(latest.current), holder);
        plot.current = made;
        const watcher = new ResizeObserver(() => {
            const width = holder.clientWidth;
            if (width > 0 && width !== made.width) made.setSize({ width, height: made.height });
        });
        watcher.observe(holder);
        return () => {
            watcher.disconnect();
            made.destroy();
            plot.current = null;
        };
    }, [shape]);

    useEffect(() => plot.current?.setData(data_of(latest.current)), [props.times, props.lines, props.marks]);

    return (
        <figure class="chart">
            <figcaption>{props.title}</figcaption>
            <div class="plot" ref={box} role="img" aria-label={props.summary} />
        </figure>
    );
}
