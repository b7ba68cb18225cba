import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const kOverscan = 12;

export interface VirtualRows {
    first: number;
    end: number;
    before_px: number;
    after_px: number;
}

/** Which of `count` rows of equal height are in or near the window, as it scrolls. */
export function useVirtualRows(body: RefObject<HTMLElement | null>, count: number, row_px: number): VirtualRows {
    const [span, set_span] = useState({ first: 0, end: 40 });
    useEffect(() => {
        let frame = 0;
        const look = () => {
            frame = 0;
            if (!body.current) return;
            const top = body.current.getBoundingClientRect().top;
            const first = Math.max(0, Math.floor(-top / row_px) - kOverscan);
            const end = Math.ceil((innerHeight - top) / row_px) + kOverscan;
            set_span((old) => (old.first === first && old.end === end ? old : { first, end }));
        };
        const soon = () => {
            frame ||= requestAnimationFrame(look);
        };
        look();
        addEventListener('scroll', soon, { passive: true });
        addEventListener('resize', soon);
        return () => {
            cancelAnimationFrame(frame);
            removeEventListener('scroll', soon);
            removeEventListener('resize', soon);
        };
    }, [count, row_px]);
    const end = Math.max(0, Math.min(count, span.end));
    const first = Math.max(0, Math.min(span.first, end));
    return { first, end, before_px: first * row_px, after_px: (count - end) * row_px };
}
