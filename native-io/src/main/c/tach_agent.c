/* The Python module `_tach_agent`: arguments and results only. Limited API of CPython 3.10. */
#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

#include "tach_checkpoint.h"
#include "tach_fault.h"
#include "tach_probe.h"
#include "tach_verify.h"

static PyObject *agent_error; /* owned; lives as long as the process */

static PyObject *raise_reason(const tach_reason_t *reason) {
    PyErr_SetString(agent_error, reason->text);
    return NULL;
}

/* Reads a sequence of descriptors; their number, -1 with an exception set. */
static int read_fds(PyObject *sequence, int *fds, int capacity) {
    Py_ssize_t count = PySequence_Size(sequence);
    for (Py_ssize_t i = 0; i < count && i < capacity; i++) {
        PyObject *item = PySequence_GetItem(sequence, i); /* owned */
        if (item == NULL) {
            return -1;
        }
        fds[i] = (int)PyLong_AsLong(item);
        Py_DECREF(item);
        if (PyErr_Occurred() != NULL) {
            return -1;
        }
    }
    return (int)(count < capacity ? count : capacity);
}

static PyObject *carried(void) {
    size_t bytes;
    const void *carry = tach_carried(&bytes);
    return PyBytes_FromStringAndSize(carry, (Py_ssize_t)bytes);
}

PyDoc_STRVAR(checkpoint_doc,
             "checkpoint(own_fds, verify_fd=-1) -> bytes | None\n--\n\n"
             "Freeze this process's memory. Return None now, and after every rewind the bytes it was given.\n"
             "If it is frozen already it is frozen anew as it is now, without another twin where that can be.\n\n"
             "own_fds: descriptors whose state is not a test's. verify_fd: a socket on which a process that was rewound, or\n"
             "is about to move its checkpoint, says so and waits for a byte. AgentError says why this process cannot be checkpointed.");

static PyObject *agent_checkpoint(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *own; /* borrowed */
    int verify_fd = -1;
    int fds[TACH_OWN_FDS];
    if (!PyArg_ParseTuple(args, "O|i:checkpoint", &own, &verify_fd)) {
        return NULL;
    }
    int count = read_fds(own, fds, TACH_OWN_FDS);
    if (count < 0) {
        return NULL;
    }
    tach_reason_t reason = {{0}};
    switch (tach_checkpoint(fds, count, verify_fd, &reason)) {
    case 0:
        Py_RETURN_NONE;
    case 1:
        return carried();
    default:
        return raise_reason(&reason);
    }
}

PyDoc_STRVAR(rewind_doc,
             "rewind(carry) -> str\n--\n\n"
             "Go back to the checkpoint: its call returns `carry`, up to a mebibyte of bytes.\n\n"
             "Returns here only if this process must be thrown away instead, with the reason.");

static PyObject *agent_rewind(PyObject *self, PyObject *args) {
    (void)self;
    const char *carry;
    Py_ssize_t bytes;
    if (!PyArg_ParseTuple(args, "y#:rewind", &carry, &bytes)) {
        return NULL;
    }
    tach_reason_t reason = {{0}};
    tach_rewind(carry, (size_t)bytes, &reason);
    return PyUnicode_DecodeUTF8(reason.text, (Py_ssize_t)strlen(reason.text), "replace");
}

PyDoc_STRVAR(leak_doc,
             "leak() -> str\n--\n\n"
             "What the last rewind found running and ended, such as a child process; empty: nothing.");

static PyObject *agent_leak(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    const char *leak = tach_leak();
    return PyUnicode_DecodeUTF8(leak, (Py_ssize_t)strlen(leak), "replace");
}

PyDoc_STRVAR(examine_doc,
             "examine(own_fds) -> str\n--\n\n"
             "Say what of this process's state talks to another thread or process, so that it should not be rewound alone;\n"
             "empty: nothing.");

static PyObject *agent_examine(PyObject *self, PyObject *own) {
    (void)self;
    int fds[TACH_OWN_FDS];
    int count = read_fds(own, fds, TACH_OWN_FDS);
    if (count < 0) {
        return NULL;
    }
    tach_reason_t reason = {{0}};
    const char *found = tach_examine(fds, count, &reason) == 0 ? "" : reason.text;
    return PyUnicode_DecodeUTF8(found, (Py_ssize_t)strlen(found), "replace");
}

PyDoc_STRVAR(release_doc, "release() -> None\n--\n\nEnd the twin and forget the checkpoint.");

static PyObject *agent_release(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    tach_release();
    Py_RETURN_NONE;
}

static int put(PyObject *dict, const char *name, unsigned long long value) {
    PyObject *number = PyLong_FromUnsignedLongLong(value); /* owned */
    int result = number == NULL ? -1 : PyDict_SetItemString(dict, name, number);
    Py_XDECREF(number);
    return result;
}

PyDoc_STRVAR(stats_doc,
             "stats() -> dict[str, int]\n--\n\n"
             "Sums since the first checkpoint, times in nanoseconds; empty if there is none.");

static PyObject *agent_stats(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    PyObject *dict = PyDict_New(); /* owned */
    tach_area_t *area = tach_current();
    if (dict == NULL || area == NULL) {
        return dict;
    }
    const tach_stats_t *stats = &area->stats;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"twin", (uint64_t)area->twin},
        {"checkpoints", stats->checkpoints},
        {"moves", stats->moves},
        {"rewinds", stats->rewinds},
        {"pages", stats->pages},
        {"fetched_pages", stats->fetched_pages},
        {"checkpoint_ns", stats->checkpoint_ns},
        {"ledger_ns", stats->ledger_ns},
        {"layout_ns", stats->layout_ns},
        {"scan_ns", stats->scan_ns},
        {"copy_ns", stats->copy_ns},
        {"rewind_ns", stats->rewind_ns},
        {"layout_reads", stats->layout_reads},
        {"last_pages", stats->last_pages},
        {"last_ns", stats->last_ns},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (put(dict, rows[i].name, rows[i].value) != 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return dict;
}

PyDoc_STRVAR(verify_doc,
             "verify(pid, claim, all) -> tuple[int, int, int, bytes, int, int]\n--\n\n"
             "Compare a process that stands still after its rewind with its checkpoint, or learn to where it moves that.\n\n"
             "claim: what it said on its verify_fd. all: every page, not only those written since the checkpoint.\n"
             "Returns pages compared, wrong bytes, the address of the first, the registers it will restore, and its twin and\n"
             "how often its checkpoint has moved: others are another checkpoint.");

static PyObject *agent_verify(PyObject *self, PyObject *args) {
    (void)self;
    int pid;
    const char *bytes;
    Py_ssize_t length;
    int all;
    if (!PyArg_ParseTuple(args, "iy#p:verify", &pid, &bytes, &length, &all)) {
        return NULL;
    }
    tach_claim_t claim;
    if (length != (Py_ssize_t)sizeof claim) {
        PyErr_SetString(PyExc_ValueError, "not a claim");
        return NULL;
    }
    memcpy(&claim, bytes, sizeof claim);
    tach_reason_t reason = {{0}};
    tach_finding_t finding;
    tach_regs_t regs;
    if (tach_verify(pid, &claim, all != 0, &finding, &reason) != 0 ||
        tach_verify_regs(pid, claim.regs, &regs, &reason) != 0) {
        return raise_reason(&reason);
    }
    return Py_BuildValue("KKKy#IK", (unsigned long long)finding.pages, (unsigned long long)finding.wrong_bytes,
                         (unsigned long long)finding.first_wrong, (const char *)&regs, (Py_ssize_t)sizeof regs,
                         (unsigned int)claim.twin, (unsigned long long)claim.moves);
}

PyDoc_STRVAR(claim_doc, "claim_bytes() -> int\n--\n\nHow many bytes a rewound process says on its verify_fd.");

static PyObject *agent_claim_bytes(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    return PyLong_FromSize_t(sizeof(tach_claim_t));
}

PyDoc_STRVAR(probe_doc,
             "probe() -> dict[str, str]\n--\n\n"
             "What the kernel lets this process do: each capability with an empty text, or why not.");

static PyObject *agent_probe(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    PyObject *dict = PyDict_New(); /* owned */
    for (size_t i = 0; dict != NULL && i < tach_probe_count; i++) {
        tach_reason_t reason = {{0}};
        (void)tach_probes[i].run(&reason);
        PyObject *text = PyUnicode_FromString(reason.text); /* owned */
        if (text == NULL || PyDict_SetItemString(dict, tach_probes[i].name, text) != 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(text);
    }
    return dict;
}

static PyMethodDef methods[] = {
    {"checkpoint", agent_checkpoint, METH_VARARGS, checkpoint_doc},
    {"rewind", agent_rewind, METH_VARARGS, rewind_doc},
    {"leak", agent_leak, METH_NOARGS, leak_doc},
    {"examine", agent_examine, METH_O, examine_doc},
    {"release", agent_release, METH_NOARGS, release_doc},
    {"stats", agent_stats, METH_NOARGS, stats_doc},
    {"verify", agent_verify, METH_VARARGS, verify_doc},
    {"claim_bytes", agent_claim_bytes, METH_NOARGS, claim_doc},
    {"probe", agent_probe, METH_NOARGS, probe_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_tach_agent",
    .m_doc = "Rewinds the memory of this process to a checkpoint.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__tach_agent(void) {
    PyObject *self = PyModule_Create(&module);
    agent_error = self == NULL ? NULL : PyErr_NewException("_tach_agent.AgentError", PyExc_RuntimeError, NULL);
    if (agent_error == NULL || PyModule_AddObjectRef(self, "AgentError", agent_error) != 0) {
        Py_XDECREF(self);
        return NULL;
    }
    tach_fault_choose(getenv("TACH_FAULT"));
    return self;
}
