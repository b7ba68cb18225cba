import { useEffect, useState } from 'preact/hooks';

/** A value that components follow, wherever they are in the tree. */
export class Observable<T> {
    private followers = new Set<() => void>();

    constructor(private value: T) {}

    get(): T {
        return this.value;
    }

    set(value: T): void {
        if (Object.is(this.value, value)) return;
        this.value = value;
        for (const follower of [...this.followers]) follower();
    }

    follow(follower: () => void): () => void {
        this.followers.add(follower);
        return () => this.followers.delete(follower);
    }
}

export function useObservable<T>(observable: Observable<T>): T {
    const [, tick] = useState(0);
    const value = observable.get();
    useEffect(() => {
        // It may have changed between the drawing and this.
        if (!Object.is(value, observable.get())) tick((n) => n + 1);
        return observable.follow(() => tick((n) => n + 1));
    }, [observable]);
    return value;
}
