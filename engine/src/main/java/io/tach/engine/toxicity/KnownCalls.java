package io.tach.engine.toxicity;

import java.util.Map;
import java.util.Optional;

/**
 * Calls that may leave something behind, by absolute dotted name. What waits for the end of what it starts
 * ({@code subprocess.run}, {@code os.system}) is not among them: nothing is left.
 */
final class KnownCalls {
    /** Kind, then names; a name stands for what is reached through it as well ({@code socket.socket.accept}). */
    private static final String TABLE =
            """
            thread   threading.Thread threading.Timer _thread.start_new_thread _thread.start_new
            thread   concurrent.futures.ThreadPoolExecutor concurrent.futures.thread.ThreadPoolExecutor
            thread   multiprocessing.pool.ThreadPool multiprocessing.dummy.Pool multiprocessing.dummy.Process
            thread   asgiref.sync.sync_to_async asgiref.sync.SyncToAsync
            thread   anyio.to_thread.run_sync trio.to_thread.run_sync
            thread   http.server.HTTPServer.serve_forever logging.handlers.QueueListener sched.scheduler.run
            thread   logging.config.listen
            process  os.fork os.forkpty pty.fork pty.spawn os.posix_spawn os.posix_spawnp os.popen
            process  os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe
            process  subprocess.Popen pexpect.spawn asyncio.create_subprocess_exec asyncio.create_subprocess_shell
            process  multiprocessing.Process multiprocessing.Pool multiprocessing.Manager multiprocessing.get_context
            process  multiprocessing.process.BaseProcess multiprocessing.pool.Pool
            process  multiprocessing.managers.SyncManager multiprocessing.managers.BaseManager
            process  multiprocessing.shared_memory.SharedMemory multiprocessing.shared_memory.ShareableList
            process  concurrent.futures.ProcessPoolExecutor concurrent.futures.process.ProcessPoolExecutor
            socket   socket.socket socket.create_connection socket.create_server socket.socketpair socket.fromfd
            socket   http.server.HTTPServer http.server.ThreadingHTTPServer wsgiref.simple_server.make_server
            socket   socketserver.TCPServer socketserver.UDPServer socketserver.UnixStreamServer
            socket   socketserver.ThreadingTCPServer socketserver.ThreadingUDPServer
            socket   xmlrpc.server.SimpleXMLRPCServer asyncio.start_server asyncio.start_unix_server
            socket   asyncio.open_connection asyncio.open_unix_connection
            socket   http.client.HTTPConnection http.client.HTTPSConnection smtplib.SMTP ftplib.FTP imaplib.IMAP4
            native   ctypes.CDLL ctypes.PyDLL ctypes.cdll ctypes.pydll ctypes.util.dllist
            native   cffi.FFI.dlopen cffi.verifier.Verifier
            signal   signal.signal signal.sigaction signal.set_wakeup_fd signal.pthread_sigmask signal.siginterrupt
            signal   signal.setitimer signal.alarm faulthandler.register
            identity os._exit os.abort os.setsid os.setpgid os.setpgrp os.chroot os.unshare os.setns
            identity os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe
            identity os.setuid os.setgid os.seteuid os.setegid os.setreuid os.setregid os.setresuid os.setresgid
            identity os.setgroups os.initgroups os.nice os.setpriority os.sched_setscheduler resource.setrlimit
            identity os.closerange resource.prlimit
            library  tqdm.tqdm tqdm.trange tqdm.auto.tqdm tqdm.std.tqdm
            library  grpc.server grpc.insecure_channel grpc.secure_channel grpc.aio
            library  pymongo.MongoClient kafka.KafkaProducer kafka.KafkaConsumer confluent_kafka.Producer
            library  watchdog.observers.Observer apscheduler.schedulers.background.BackgroundScheduler
            library  prometheus_client.start_http_server sentry_sdk.init werkzeug.serving.make_server
            library  uvicorn.run uvicorn.Server ray.init dask.distributed.Client distributed.Client distributed.LocalCluster
            library  joblib.Parallel loky.get_reusable_executor zmq.Context zmq.asyncio.Context
            library  gevent.monkey eventlet.monkey_patch paramiko.SSHClient paramiko.Transport
            library  selenium.webdriver playwright.sync_api.sync_playwright playwright.async_api.async_playwright
            library  testcontainers docker.from_env jpype.startJVM py4j.java_gateway.JavaGateway
            library  pyspark.SparkContext pyspark.sql.SparkSession duckdb.connect
            loop     asyncio.new_event_loop asyncio.get_event_loop asyncio.Runner asyncio.set_event_loop
            loop     asyncio.events.new_event_loop uvloop.new_event_loop
            """;

    private static final Map<String, EvidenceKind> KINDS = KindTable.read(TABLE);

    private KnownCalls() {}

    /**
     * What calling this does.
     *
     * @param absolute dotted name from the top: {@code threading.Thread}
     * @return empty if it is not known to do anything
     */
    static Optional<EvidenceKind> kindOf(String absolute) {
        String name = absolute;
        while (!name.isEmpty()) {
            EvidenceKind kind = KINDS.get(name);
            if (kind != null) {
                return Optional.of(kind);
            }
            name = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        }
        return Optional.empty();
    }
}
