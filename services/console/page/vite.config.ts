import { defineConfig } from 'vite';

// The console's C++ side sends a policy that forbids inline scripts and styles, and serves these
// three files under fixed names.
export default defineConfig({
    base: '/',
    build: {
        outDir: 'dist',
        target: 'es2022',
        cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
        modulePreload: { polyfill: false },
        cssCodeSplit: false,
        assetsInlineLimit: 0,
        rollupOptions: {
            output: {
                entryFileNames: 'console.js',
                assetFileNames: 'console.[ext]',
                codeSplitting: false,
            },
        },
    },
    server: {
        proxy: { '/api': process.env.LARS_CONSOLE ?? 'http://127.0.0.1:8080' },
    },
});
