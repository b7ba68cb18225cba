import { useEffect, useState } from 'preact/hooks';

export function useMedia(query: string): boolean {
    const [matches, set_matches] = useState(() => matchMedia(query).matches);
    useEffect(() => {
        const media = matchMedia(query);
        const look = () => set_matches(media.matches);
        look();
        media.addEventListener('change', look);
        return () => media.removeEventListener('change', look);
    }, [query]);
    return matches;
}
