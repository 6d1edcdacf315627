# Made from glue.cpp (d9c45c60cae919d6) by `cargo xtask glue`: do not edit.
	.file	"glue.cpp"
	.text
	.hidden	rsenzyme_glue_register_names    # -- Begin function rsenzyme_glue_register_names
	.globl	rsenzyme_glue_register_names
	.p2align	4
	.type	rsenzyme_glue_register_names,@function
rsenzyme_glue_register_names:           # @rsenzyme_glue_register_names
# %bb.0:
	pushq	%r15
	pushq	%r14
	pushq	%r12
	pushq	%rbx
	subq	$40, %rsp
	movq	%rdi, %rbx
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	leaq	_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation(%rip), %rax
	movq	%rax, 16(%rsp)
	movl	1336(%rdi), %eax
	movq	1328(%rdi), %r14
	cmpl	1340(%rdi), %eax
	jae	.LBB0_2
# %bb.1:
	movq	%rsp, %r15
.LBB0_6:
	movl	1336(%rbx), %eax
	shlq	$5, %rax
	movups	%xmm0, 16(%r14,%rax)
	movups	%xmm0, (%r14,%rax)
	movq	16(%r15), %rcx
	testq	%rcx, %rcx
	je	.LBB0_8
# %bb.7:
	addq	%rax, %r14
	movq	%r14, %rdi
	movq	%r15, %rsi
	movl	$2, %edx
	callq	*%rcx
	movups	16(%r15), %xmm0
	movups	%xmm0, 16(%r14)
.LBB0_8:
	incl	1336(%rbx)
	movq	16(%rsp), %rax
	testq	%rax, %rax
	je	.LBB0_10
# %bb.9:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB0_10:
	addq	$40, %rsp
	popq	%rbx
	popq	%r12
	popq	%r14
	popq	%r15
	retq
.LBB0_2:
	leaq	1328(%rbx), %r12
	leaq	1(%rax), %rsi
	shlq	$5, %rax
	addq	%r14, %rax
	movq	%rsp, %r15
	cmpq	%r14, %r15
	setb	%cl
	cmpq	%rax, %r15
	setae	%al
	orb	%cl, %al
	je	.LBB0_3
# %bb.4:
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm
	movq	(%r12), %r14
.LBB0_5:
	xorps	%xmm0, %xmm0
	jmp	.LBB0_6
.LBB0_3:
	subq	%r14, %r15
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm
	movq	(%r12), %r14
	addq	%r14, %r15
	jmp	.LBB0_5
.Lfunc_end0:
	.size	rsenzyme_glue_register_names, .Lfunc_end0-rsenzyme_glue_register_names
                                        # -- End function
	.hidden	rsenzyme_glue_register_passes   # -- Begin function rsenzyme_glue_register_passes
	.globl	rsenzyme_glue_register_passes
	.p2align	4
	.type	rsenzyme_glue_register_passes,@function
rsenzyme_glue_register_passes:          # @rsenzyme_glue_register_passes
# %bb.0:
	pushq	%r15
	pushq	%r14
	pushq	%r12
	pushq	%rbx
	subq	$40, %rsp
	movq	%rdi, %rbx
	callq	rsenzyme_glue_register_names
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation(%rip), %rax
	movq	%rax, 16(%rsp)
	movl	1096(%rbx), %eax
	movq	1088(%rbx), %r14
	cmpl	1100(%rbx), %eax
	jae	.LBB1_2
# %bb.1:
	movq	%rsp, %r15
.LBB1_6:
	movl	1096(%rbx), %eax
	shlq	$5, %rax
	movups	%xmm0, 16(%r14,%rax)
	movups	%xmm0, (%r14,%rax)
	movq	16(%r15), %rcx
	testq	%rcx, %rcx
	je	.LBB1_8
# %bb.7:
	addq	%rax, %r14
	movq	%r14, %rdi
	movq	%r15, %rsi
	movl	$2, %edx
	callq	*%rcx
	movups	16(%r15), %xmm0
	movups	%xmm0, 16(%r14)
.LBB1_8:
	incl	1096(%rbx)
	movq	16(%rsp), %rax
	testq	%rax, %rax
	je	.LBB1_10
# %bb.9:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB1_10:
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation(%rip), %rax
	movq	%rax, 16(%rsp)
	movl	1176(%rbx), %eax
	movq	1168(%rbx), %r14
	cmpl	1180(%rbx), %eax
	jae	.LBB1_12
# %bb.11:
	movq	%rsp, %r15
.LBB1_16:
	movl	1176(%rbx), %eax
	shlq	$5, %rax
	movups	%xmm0, 16(%r14,%rax)
	movups	%xmm0, (%r14,%rax)
	movq	16(%r15), %rcx
	testq	%rcx, %rcx
	je	.LBB1_18
# %bb.17:
	addq	%rax, %r14
	movq	%r14, %rdi
	movq	%r15, %rsi
	movl	$2, %edx
	callq	*%rcx
	movups	16(%r15), %xmm0
	movups	%xmm0, 16(%r14)
.LBB1_18:
	incl	1176(%rbx)
	movq	16(%rsp), %rax
	testq	%rax, %rax
	je	.LBB1_20
# %bb.19:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB1_20:
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation(%rip), %rax
	movq	%rax, 16(%rsp)
	movl	936(%rbx), %eax
	movq	928(%rbx), %r14
	cmpl	940(%rbx), %eax
	jae	.LBB1_22
# %bb.21:
	movq	%rsp, %r15
.LBB1_26:
	movl	936(%rbx), %eax
	shlq	$5, %rax
	movups	%xmm0, 16(%r14,%rax)
	movups	%xmm0, (%r14,%rax)
	movq	16(%r15), %rcx
	testq	%rcx, %rcx
	je	.LBB1_28
# %bb.27:
	addq	%rax, %r14
	movq	%r14, %rdi
	movq	%r15, %rsi
	movl	$2, %edx
	callq	*%rcx
	movups	16(%r15), %xmm0
	movups	%xmm0, 16(%r14)
.LBB1_28:
	incl	936(%rbx)
	movq	16(%rsp), %rax
	testq	%rax, %rax
	je	.LBB1_30
# %bb.29:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB1_30:
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation(%rip), %rax
	movq	%rax, 16(%rsp)
	movl	856(%rbx), %eax
	movq	848(%rbx), %r14
	cmpl	860(%rbx), %eax
	jae	.LBB1_32
# %bb.31:
	movq	%rsp, %r15
.LBB1_36:
	movl	856(%rbx), %eax
	shlq	$5, %rax
	movups	%xmm0, 16(%r14,%rax)
	movups	%xmm0, (%r14,%rax)
	movq	16(%r15), %rcx
	testq	%rcx, %rcx
	je	.LBB1_38
# %bb.37:
	addq	%rax, %r14
	movq	%r14, %rdi
	movq	%r15, %rsi
	movl	$2, %edx
	callq	*%rcx
	movups	16(%r15), %xmm0
	movups	%xmm0, 16(%r14)
.LBB1_38:
	incl	856(%rbx)
	movq	16(%rsp), %rax
	testq	%rax, %rax
	je	.LBB1_40
# %bb.39:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB1_40:
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation(%rip), %rax
	movq	%rax, 16(%rsp)
	movl	1016(%rbx), %eax
	movq	1008(%rbx), %r14
	cmpl	1020(%rbx), %eax
	jae	.LBB1_42
# %bb.41:
	movq	%rsp, %r15
.LBB1_46:
	movl	1016(%rbx), %eax
	shlq	$5, %rax
	movups	%xmm0, 16(%r14,%rax)
	movups	%xmm0, (%r14,%rax)
	movq	16(%r15), %rcx
	testq	%rcx, %rcx
	je	.LBB1_48
# %bb.47:
	addq	%rax, %r14
	movq	%r14, %rdi
	movq	%r15, %rsi
	movl	$2, %edx
	callq	*%rcx
	movups	16(%r15), %xmm0
	movups	%xmm0, 16(%r14)
.LBB1_48:
	incl	1016(%rbx)
	movq	16(%rsp), %rax
	testq	%rax, %rax
	je	.LBB1_50
# %bb.49:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB1_50:
	addq	$40, %rsp
	popq	%rbx
	popq	%r12
	popq	%r14
	popq	%r15
	retq
.LBB1_2:
	leaq	1088(%rbx), %r12
	leaq	1(%rax), %rsi
	shlq	$5, %rax
	addq	%r14, %rax
	movq	%rsp, %r15
	cmpq	%r14, %r15
	setb	%cl
	cmpq	%rax, %r15
	setae	%al
	orb	%cl, %al
	je	.LBB1_3
# %bb.4:
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	movq	(%r12), %r14
.LBB1_5:
	xorps	%xmm0, %xmm0
	jmp	.LBB1_6
.LBB1_12:
	leaq	1168(%rbx), %r12
	leaq	1(%rax), %rsi
	shlq	$5, %rax
	addq	%r14, %rax
	movq	%rsp, %r15
	cmpq	%r14, %r15
	setb	%cl
	cmpq	%rax, %r15
	setae	%al
	orb	%cl, %al
	je	.LBB1_13
# %bb.14:
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
	movq	(%r12), %r14
.LBB1_15:
	xorps	%xmm0, %xmm0
	jmp	.LBB1_16
.LBB1_22:
	leaq	928(%rbx), %r12
	leaq	1(%rax), %rsi
	shlq	$5, %rax
	addq	%r14, %rax
	movq	%rsp, %r15
	cmpq	%r14, %r15
	setb	%cl
	cmpq	%rax, %r15
	setae	%al
	orb	%cl, %al
	je	.LBB1_23
# %bb.24:
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	movq	(%r12), %r14
.LBB1_25:
	xorps	%xmm0, %xmm0
	jmp	.LBB1_26
.LBB1_32:
	leaq	848(%rbx), %r12
	leaq	1(%rax), %rsi
	shlq	$5, %rax
	addq	%r14, %rax
	movq	%rsp, %r15
	cmpq	%r14, %r15
	setb	%cl
	cmpq	%rax, %r15
	setae	%al
	orb	%cl, %al
	je	.LBB1_33
# %bb.34:
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
	movq	(%r12), %r14
.LBB1_35:
	xorps	%xmm0, %xmm0
	jmp	.LBB1_36
.LBB1_42:
	leaq	1008(%rbx), %r12
	leaq	1(%rax), %rsi
	shlq	$5, %rax
	addq	%r14, %rax
	movq	%rsp, %r15
	cmpq	%r14, %r15
	setb	%cl
	cmpq	%rax, %r15
	setae	%al
	orb	%cl, %al
	je	.LBB1_43
# %bb.44:
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	movq	(%r12), %r14
.LBB1_45:
	xorps	%xmm0, %xmm0
	jmp	.LBB1_46
.LBB1_3:
	subq	%r14, %r15
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	movq	(%r12), %r14
	addq	%r14, %r15
	jmp	.LBB1_5
.LBB1_13:
	subq	%r14, %r15
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
	movq	(%r12), %r14
	addq	%r14, %r15
	jmp	.LBB1_15
.LBB1_23:
	subq	%r14, %r15
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	movq	(%r12), %r14
	addq	%r14, %r15
	jmp	.LBB1_25
.LBB1_33:
	subq	%r14, %r15
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
	movq	(%r12), %r14
	addq	%r14, %r15
	jmp	.LBB1_35
.LBB1_43:
	subq	%r14, %r15
	movq	%r12, %rdi
	callq	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	movq	(%r12), %r14
	addq	%r14, %r15
	jmp	.LBB1_45
.Lfunc_end1:
	.size	rsenzyme_glue_register_passes, .Lfunc_end1-rsenzyme_glue_register_passes
                                        # -- End function
	.hidden	rsenzyme_glue_diagnose          # -- Begin function rsenzyme_glue_diagnose
	.globl	rsenzyme_glue_diagnose
	.p2align	4
	.type	rsenzyme_glue_diagnose,@function
rsenzyme_glue_diagnose:                 # @rsenzyme_glue_diagnose
# %bb.0:
	pushq	%r15
	pushq	%r14
	pushq	%r12
	pushq	%rbx
	subq	$120, %rsp
	movq	%rdi, %rbx
	movw	$261, 112(%rsp)                 # imm = 0x105
	movq	%rcx, 80(%rsp)
	movq	%r8, 88(%rsp)
	testq	%rsi, %rsi
	setne	%al
	testb	%r9b, %r9b
	sete	%cl
	testb	%cl, %al
	jne	.LBB2_2
# %bb.1:
	movsbl	%r9b, %ecx
	leaq	16(%rsp), %r14
	leaq	80(%rsp), %rdx
	movq	%r14, %rdi
	xorl	%esi, %esi
	callq	_ZN4llvm23DiagnosticInfoInlineAsmC1EmRKNS_5TwineENS_18DiagnosticSeverityE@PLT
	movq	%rbx, %rdi
	movq	%r14, %rsi
	jmp	.LBB2_6
.LBB2_2:
	movq	%rdx, %r15
	movq	%rsi, %r14
	movq	%rsi, %rdi
	callq	_ZNK4llvm8Function13getSubprogramEv@PLT
	leaq	64(%rsp), %rdi
	movq	%rax, %rsi
	callq	_ZN4llvm18DiagnosticLocationC1EPKNS_12DISubprogramE@PLT
	testq	%r15, %r15
	je	.LBB2_5
# %bb.3:
	leaq	8(%rsp), %r12
	movq	%r12, %rdi
	movq	%r15, %rsi
	callq	_ZN4llvm8DebugLocC1EPKNS_10DILocationE@PLT
	leaq	16(%rsp), %rdi
	movq	%r12, %rsi
	callq	_ZN4llvm18DiagnosticLocationC1ERKNS_8DebugLocE@PLT
	movups	16(%rsp), %xmm0
	movaps	%xmm0, 64(%rsp)
	movq	8(%rsp), %rsi
	testq	%rsi, %rsi
	je	.LBB2_5
# %bb.4:
	leaq	8(%rsp), %rdi
	callq	_ZN4llvm16MetadataTracking7untrackEPvRNS_8MetadataE@PLT
.LBB2_5:
	movl	$25, 24(%rsp)
	movb	$0, 28(%rsp)
	movq	%r14, 32(%rsp)
	movaps	64(%rsp), %xmm0
	movups	%xmm0, 40(%rsp)
	movq	_ZTVN4llvm25DiagnosticInfoUnsupportedE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, 16(%rsp)
	leaq	80(%rsp), %rax
	movq	%rax, 56(%rsp)
	leaq	16(%rsp), %rsi
	movq	%rbx, %rdi
.LBB2_6:
	callq	_ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE
	addq	$120, %rsp
	popq	%rbx
	popq	%r12
	popq	%r14
	popq	%r15
	retq
.Lfunc_end2:
	.size	rsenzyme_glue_diagnose, .Lfunc_end2-rsenzyme_glue_diagnose
                                        # -- End function
	.p2align	4                               # -- Begin function _ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE
	.type	_ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE,@function
_ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE: # @_ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$184, %rsp
	movq	%rsi, %rbx
	callq	_ZNK4llvm11LLVMContext17getDiagHandlerPtrEv@PLT
	testq	%rax, %rax
	je	.LBB3_4
# %bb.1:
	cmpb	$0, 12(%rbx)
	jne	.LBB3_3
# %bb.2:
	movb	$1, 16(%rax)
.LBB3_3:
	movq	(%rax), %rcx
	movq	%rax, %rdi
	movq	%rbx, %rsi
	callq	*16(%rcx)
	movb	$1, %bpl
	testb	%al, %al
	jne	.LBB3_31
.LBB3_4:
	leaq	96(%rsp), %r13
	movq	%r13, 80(%rsp)
	movq	$0, 88(%rsp)
	movb	$0, 96(%rsp)
	movl	$0, 120(%rsp)
	movb	$0, 152(%rsp)
	movl	$1, 156(%rsp)
	xorps	%xmm0, %xmm0
	movups	%xmm0, 128(%rsp)
	movq	$0, 144(%rsp)
	movq	_ZTVN4llvm18raw_string_ostreamE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, 112(%rsp)
	leaq	80(%rsp), %rax
	movq	%rax, 160(%rsp)
	leaq	112(%rsp), %r14
	movq	%r14, %rdi
	xorl	%esi, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	callq	_ZN4llvm11raw_ostream16SetBufferAndModeEPcmNS0_10BufferKindE@PLT
	movq	_ZTVN4llvm27DiagnosticPrinterRawOStreamE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, 168(%rsp)
	movq	%r14, 176(%rsp)
	movsbl	12(%rbx), %edi
	callq	_ZN4llvm11LLVMContext26getDiagnosticMessagePrefixENS_18DiagnosticSeverityE@PLT
	testq	%rax, %rax
	je	.LBB3_9
# %bb.5:
	movq	%rax, %r15
	movq	%rax, %rdi
	callq	strlen@PLT
	movq	136(%rsp), %rcx
	movq	144(%rsp), %rdi
	subq	%rdi, %rcx
	cmpq	%rcx, %rax
	jbe	.LBB3_7
# %bb.6:
	leaq	112(%rsp), %rdi
	movq	%r15, %rsi
	movq	%rax, %rdx
	callq	_ZN4llvm11raw_ostream5writeEPKcm@PLT
	movq	%rax, %r14
	jmp	.LBB3_9
.LBB3_7:
	testq	%rax, %rax
	je	.LBB3_9
# %bb.8:
	movq	%r15, %rsi
	movq	%rax, %rdx
	movq	%rax, %r15
	callq	memcpy@PLT
	addq	%r15, 144(%rsp)
.LBB3_9:
	movq	24(%r14), %rcx
	movq	32(%r14), %rax
	subq	%rax, %rcx
	cmpq	$1, %rcx
	ja	.LBB3_11
# %bb.10:
	leaq	.L.str(%rip), %rsi
	movl	$2, %edx
	movq	%r14, %rdi
	callq	_ZN4llvm11raw_ostream5writeEPKcm@PLT
	jmp	.LBB3_12
.LBB3_11:
	movw	$8250, (%rax)                   # imm = 0x203A
	addq	$2, 32(%r14)
.LBB3_12:
	movq	(%rbx), %rax
	leaq	168(%rsp), %rsi
	movq	%rbx, %rdi
	callq	*24(%rax)
	callq	_ZN4llvm4errsEv@PLT
	movq	%rax, %r14
	movq	80(%rsp), %rax
	movq	88(%rsp), %r15
	movq	%rax, 64(%rsp)
	movq	%r15, 72(%rsp)
	leaq	.L.str.1(%rip), %rsi
	leaq	64(%rsp), %rdi
	movl	$6, %edx
	movq	$-1, %rcx
	callq	_ZNK4llvm9StringRef16find_last_not_ofES0_m@PLT
	incq	%rax
	xorl	%ecx, %ecx
	subq	%rax, %r15
	cmovaeq	%r15, %rcx
	movq	72(%rsp), %rax
	movq	%rax, %r15
	subq	%rcx, %r15
	cmpq	%r15, %rax
	cmovbq	%rax, %r15
	movq	64(%rsp), %r12
	leaq	16(%rsp), %rax
	movq	%rax, (%rsp)
	testq	%r12, %r12
	je	.LBB3_13
# %bb.14:
	movq	%r15, 32(%rsp)
	cmpq	$16, %r15
	jb	.LBB3_16
# %bb.15:
	movq	%rsp, %rdi
	leaq	32(%rsp), %rsi
	xorl	%edx, %edx
	callq	_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm@PLT
	movq	%rax, (%rsp)
	movq	32(%rsp), %rcx
	movq	%rcx, 16(%rsp)
.LBB3_16:
	testq	%r15, %r15
	je	.LBB3_20
# %bb.17:
	cmpq	$1, %r15
	jne	.LBB3_19
# %bb.18:
	movzbl	(%r12), %ecx
	movb	%cl, (%rax)
	jmp	.LBB3_20
.LBB3_13:
	movq	$0, 8(%rsp)
	movb	$0, 16(%rsp)
	jmp	.LBB3_21
.LBB3_19:
	movq	%rax, %rdi
	movq	%r12, %rsi
	movq	%r15, %rdx
	callq	memcpy@PLT
.LBB3_20:
	movq	32(%rsp), %rax
	movq	%rax, 8(%rsp)
	movq	(%rsp), %rcx
	movb	$0, (%rcx,%rax)
	movabsq	$4611686018427387903, %rax      # imm = 0x3FFFFFFFFFFFFFFF
	cmpq	%rax, 8(%rsp)
	je	.LBB3_32
.LBB3_21:
	leaq	.L.str.2(%rip), %rsi
	movq	%rsp, %rdi
	movl	$1, %edx
	callq	_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_appendEPKcm@PLT
	movq	%rax, %r12
	leaq	48(%rsp), %r15
	movq	%r15, 32(%rsp)
	movq	(%rax), %rsi
	addq	$16, %rax
	cmpq	%rax, %rsi
	je	.LBB3_22
# %bb.24:
	movq	%rsi, 32(%rsp)
	movq	16(%r12), %rcx
	movq	%rcx, 48(%rsp)
	movq	8(%r12), %rdx
	jmp	.LBB3_25
.LBB3_22:
	movq	8(%r12), %rbp
	movq	%rbp, %rcx
	movq	$-1, %rdx
	movq	%r15, %rsi
	incq	%rcx
	je	.LBB3_25
# %bb.23:
	movq	%r15, %rdi
	movq	%rax, %rsi
	movq	%rcx, %rdx
	movq	%rax, %r13
	callq	memcpy@PLT
	movq	%r13, %rax
	leaq	96(%rsp), %r13
	movq	%r15, %rsi
	movq	%rbp, %rdx
.LBB3_25:
	movq	%rdx, 40(%rsp)
	movq	%rax, (%r12)
	movq	$0, 8(%r12)
	movb	$0, 16(%r12)
	movq	%r14, %rdi
	callq	_ZN4llvm11raw_ostream5writeEPKcm@PLT
	movq	32(%rsp), %rdi
	cmpq	%r15, %rdi
	je	.LBB3_27
# %bb.26:
	movq	48(%rsp), %rsi
	incq	%rsi
	callq	_ZdlPvm@PLT
.LBB3_27:
	movq	(%rsp), %rdi
	leaq	16(%rsp), %rax
	cmpq	%rax, %rdi
	je	.LBB3_29
# %bb.28:
	movq	16(%rsp), %rsi
	incq	%rsi
	callq	_ZdlPvm@PLT
.LBB3_29:
	cmpb	$0, 12(%rbx)
	setne	%bpl
	leaq	112(%rsp), %rdi
	callq	_ZN4llvm11raw_ostreamD2Ev@PLT
	movq	80(%rsp), %rdi
	cmpq	%r13, %rdi
	je	.LBB3_31
# %bb.30:
	movq	96(%rsp), %rsi
	incq	%rsi
	callq	_ZdlPvm@PLT
.LBB3_31:
	movl	%ebp, %eax
	addq	$184, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB3_32:
	leaq	.L.str.3(%rip), %rdi
	callq	_ZSt20__throw_length_errorPKc@PLT
.Lfunc_end3:
	.size	_ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE, .Lfunc_end3-_ZN12_GLOBAL__N_14emitERN4llvm11LLVMContextERKNS0_14DiagnosticInfoE
                                        # -- End function
	.hidden	rsenzyme_glue_add_option        # -- Begin function rsenzyme_glue_add_option
	.globl	rsenzyme_glue_add_option
	.p2align	4
	.type	rsenzyme_glue_add_option,@function
rsenzyme_glue_add_option:               # @rsenzyme_glue_add_option
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%rbx
	subq	$72, %rsp
	movl	%edx, %ebp
	movq	%rsi, %r14
	movq	%rdi, %rbx
	callq	_ZN4llvm2cl10SubCommand11getTopLevelEv@PLT
	movq	%rax, %rdi
	callq	_ZN4llvm2cl20getRegisteredOptionsERNS0_10SubCommandE@PLT
	movq	%rax, %r15
	testq	%rbx, %rbx
	je	.LBB4_1
# %bb.2:
	movq	%rbx, %rdi
	callq	strlen@PLT
	jmp	.LBB4_3
.LBB4_1:
	xorl	%eax, %eax
.LBB4_3:
	movq	%rbx, 8(%rsp)
	movq	%rax, 16(%rsp)
	leaq	8(%rsp), %rsi
	movq	%r15, %rdi
	callq	_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_
	testq	%rax, %rax
	jne	.LBB4_12
# %bb.4:
	movl	$240, %edi
	callq	_Znwm@PLT
	movq	%rax, %r15
	testq	%rbx, %rbx
	je	.LBB4_5
# %bb.6:
	movq	%rbx, %rdi
	callq	strlen@PLT
	jmp	.LBB4_7
.LBB4_5:
	xorl	%eax, %eax
.LBB4_7:
	movq	%rbx, 56(%rsp)
	movq	%rax, 64(%rsp)
	testq	%r14, %r14
	je	.LBB4_8
# %bb.9:
	movq	%r14, %rdi
	callq	strlen@PLT
	jmp	.LBB4_10
.LBB4_8:
	xorl	%eax, %eax
.LBB4_10:
	movq	%r14, 40(%rsp)
	movq	%rax, 48(%rsp)
	movl	$1, 4(%rsp)
	movzbl	%bpl, %eax
	movl	$2, %ecx
	subl	%eax, %ecx
	movl	%ecx, (%rsp)
	movq	$0, 16(%rsp)
	movq	%rbx, 8(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_(%rip), %rax
	movq	%rax, 32(%rsp)
	leaq	_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation(%rip), %rax
	movq	%rax, 24(%rsp)
	leaq	56(%rsp), %rsi
	leaq	40(%rsp), %rdx
	leaq	4(%rsp), %rcx
	movq	%rsp, %r8
	leaq	8(%rsp), %r9
	movq	%r15, %rdi
	callq	_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_
	movq	24(%rsp), %rax
	testq	%rax, %rax
	je	.LBB4_12
# %bb.11:
	leaq	8(%rsp), %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB4_12:
	addq	$72, %rsp
	popq	%rbx
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end4:
	.size	rsenzyme_glue_add_option, .Lfunc_end4-rsenzyme_glue_add_option
                                        # -- End function
	.section	.text._ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_,"axG",@progbits,_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_,comdat
	.hidden	_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_ # -- Begin function _ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_
	.weak	_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_
	.p2align	4
	.type	_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_,@function
_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_: # @_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$24, %rsp
	movq	%r9, 16(%rsp)                   # 8-byte Spill
	movq	%r8, 8(%rsp)                    # 8-byte Spill
	movq	%rcx, %r12
	movq	%rdi, %r14
	movq	_ZTVN4llvm2cl6OptionE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, (%rdi)
	movw	$0, 8(%rdi)
	andw	$-32768, 10(%rdi)               # imm = 0x8000
	movq	%rdx, %r13
	movq	%rsi, %rbp
	leaq	80(%rdi), %rbx
	xorps	%xmm0, %xmm0
	movups	%xmm0, 12(%rdi)
	movups	%xmm0, 28(%rdi)
	movups	%xmm0, 44(%rdi)
	movl	$0, 60(%rdi)
	movq	%rbx, 64(%rdi)
	movabsq	$4294967296, %rax               # imm = 0x100000000
	movq	%rax, 72(%rdi)
	leaq	112(%rdi), %rax
	movq	%rax, 88(%rdi)
	movq	$1, 96(%rdi)
	movl	$0, 104(%rdi)
	movb	$1, 108(%rdi)
	callq	_ZN4llvm2cl18getGeneralCategoryEv@PLT
	movq	%rax, %r15
	movl	72(%r14), %edx
	cmpl	76(%r14), %edx
	jae	.LBB5_1
.LBB5_2:
	movq	64(%r14), %rax
	movl	%edx, %ecx
	movq	%r15, (%rax,%rcx,8)
	incl	72(%r14)
	leaq	136(%r14), %rax
	movq	%rax, 120(%r14)
	movq	$0, 128(%r14)
	movb	$0, 136(%r14)
	leaq	176(%r14), %rax
	movq	%rax, 160(%r14)
	movq	$0, 168(%r14)
	movb	$0, 176(%r14)
	movb	$0, 192(%r14)
	movq	_ZTVN4llvm2cl11OptionValueINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, 152(%r14)
	movq	_ZTVN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, (%r14)
	movq	_ZTVN4llvm2cl6parserINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEE@GOTPCREL(%rip), %rax
	addq	$16, %rax
	movq	%rax, 200(%r14)
	xorps	%xmm0, %xmm0
	movups	%xmm0, 208(%r14)
	movups	%xmm0, 224(%r14)
	movq	(%rbp), %rsi
	movq	8(%rbp), %rdx
	movq	%r14, %rdi
	callq	_ZN4llvm2cl6Option9setArgStrENS_9StringRefE@PLT
	movups	(%r13), %xmm0
	movups	%xmm0, 32(%r14)
	movl	(%r12), %eax
	movzwl	10(%r14), %ecx
	shll	$5, %eax
	andl	$96, %eax
	andl	$-97, %ecx
	orl	%eax, %ecx
	movw	%cx, 10(%r14)
	movq	%r14, %rdi
	movq	8(%rsp), %rsi                   # 8-byte Reload
	movq	16(%rsp), %rdx                  # 8-byte Reload
	callq	_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_
	movq	%r14, %rdi
	addq	$24, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	jmp	_ZN4llvm2cl6Option11addArgumentEv@PLT # TAILCALL
.LBB5_1:
	leaq	64(%r14), %rdi
	incq	%rdx
	movl	$8, %ecx
	movq	%rbx, %rsi
	callq	_ZN4llvm15SmallVectorBaseIjE8grow_podEPvmm@PLT
	movl	72(%r14), %edx
	jmp	.LBB5_2
.Lfunc_end5:
	.size	_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_, .Lfunc_end5-_ZN4llvm2cl3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS7_EEEC2IJNS_9StringRefENS0_4descENS0_12OptionHiddenENS0_13ValueExpectedENS0_2cbIvRKS7_EEEEEDpRKT_
                                        # -- End function
	.text
	.hidden	rsenzyme_glue_leave             # -- Begin function rsenzyme_glue_leave
	.globl	rsenzyme_glue_leave
	.p2align	4
	.type	rsenzyme_glue_leave,@function
rsenzyme_glue_leave:                    # @rsenzyme_glue_leave
# %bb.0:
	pushq	%rax
	callq	_ZN4llvm3sys20RunInterruptHandlersEv@PLT
	callq	_ZN4llvm4outsEv@PLT
	movq	%rax, %rdi
	callq	_ZN4llvm11raw_ostream5flushEv
	movl	$1, %edi
	callq	_exit@PLT
.Lfunc_end6:
	.size	rsenzyme_glue_leave, .Lfunc_end6-rsenzyme_glue_leave
                                        # -- End function
	.section	.text._ZN4llvm11raw_ostream5flushEv,"axG",@progbits,_ZN4llvm11raw_ostream5flushEv,comdat
	.hidden	_ZN4llvm11raw_ostream5flushEv   # -- Begin function _ZN4llvm11raw_ostream5flushEv
	.weak	_ZN4llvm11raw_ostream5flushEv
	.p2align	4
	.type	_ZN4llvm11raw_ostream5flushEv,@function
_ZN4llvm11raw_ostream5flushEv:          # @_ZN4llvm11raw_ostream5flushEv
# %bb.0:
	movq	32(%rdi), %rax
	cmpq	16(%rdi), %rax
	jne	_ZN4llvm11raw_ostream14flush_nonemptyEv@PLT # TAILCALL
# %bb.1:
	retq
.Lfunc_end7:
	.size	_ZN4llvm11raw_ostream5flushEv, .Lfunc_end7-_ZN4llvm11raw_ostream5flushEv
                                        # -- End function
	.text
	.hidden	rsenzyme_glue_api_version       # -- Begin function rsenzyme_glue_api_version
	.globl	rsenzyme_glue_api_version
	.p2align	4
	.type	rsenzyme_glue_api_version,@function
rsenzyme_glue_api_version:              # @rsenzyme_glue_api_version
# %bb.0:
	movl	$2, %eax
	retq
.Lfunc_end8:
	.size	rsenzyme_glue_api_version, .Lfunc_end8-rsenzyme_glue_api_version
                                        # -- End function
	.section	.text._ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm,"axG",@progbits,_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm,comdat
	.hidden	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm # -- Begin function _ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm
	.weak	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm
	.p2align	4
	.type	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm,@function
_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm: # @_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm
# %bb.0:
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$16, %rsp
	movq	%rsi, %rdx
	movq	%rdi, %rbx
	leaq	16(%rdi), %r14
	leaq	8(%rsp), %r8
	movl	$32, %ecx
	movq	%r14, %rsi
	callq	_ZN4llvm15SmallVectorBaseIjE13mallocForGrowEPvmmRm@PLT
	movq	%rax, %r15
	movq	(%rbx), %rdi
	movl	8(%rbx), %eax
	testq	%rax, %rax
	je	.LBB9_11
# %bb.1:
	shlq	$5, %rax
	addq	$24, %rdi
	xorl	%ecx, %ecx
	xorps	%xmm0, %xmm0
	jmp	.LBB9_2
	.p2align	4
.LBB9_4:                                #   in Loop: Header=BB9_2 Depth=1
	addq	$32, %rcx
	cmpq	%rcx, %rax
	je	.LBB9_5
.LBB9_2:                                # =>This Inner Loop Header: Depth=1
	movups	%xmm0, (%r15,%rcx)
	movq	$0, 16(%r15,%rcx)
	movq	(%rdi,%rcx), %rdx
	movq	%rdx, 24(%r15,%rcx)
	cmpq	$0, -8(%rdi,%rcx)
	je	.LBB9_4
# %bb.3:                                #   in Loop: Header=BB9_2 Depth=1
	leaq	(%r15,%rcx), %rdx
	leaq	(%rdi,%rcx), %rsi
	addq	$-24, %rsi
	movups	(%rsi), %xmm1
	movups	%xmm1, (%rdx)
	movq	16(%rsi), %rdx
	movq	%rdx, 16(%r15,%rcx)
	movups	%xmm0, 16(%rsi)
	jmp	.LBB9_4
.LBB9_5:
	movq	(%rbx), %rdi
	movl	8(%rbx), %r13d
	testq	%r13, %r13
	je	.LBB9_11
# %bb.6:
	shlq	$5, %r13
	leaq	(%rdi,%r13), %r12
	addq	$-32, %r12
	negq	%r13
	jmp	.LBB9_7
	.p2align	4
.LBB9_9:                                #   in Loop: Header=BB9_7 Depth=1
	addq	$-32, %r12
	addq	$32, %r13
	je	.LBB9_10
.LBB9_7:                                # =>This Inner Loop Header: Depth=1
	movq	16(%r12), %rax
	testq	%rax, %rax
	je	.LBB9_9
# %bb.8:                                #   in Loop: Header=BB9_7 Depth=1
	movq	%r12, %rdi
	movq	%r12, %rsi
	movl	$3, %edx
	callq	*%rax
	jmp	.LBB9_9
.LBB9_10:
	movq	(%rbx), %rdi
.LBB9_11:
	movq	8(%rsp), %r12
	cmpq	%r14, %rdi
	je	.LBB9_13
# %bb.12:
	callq	free@PLT
.LBB9_13:
	movq	%r15, (%rbx)
	movl	%r12d, 12(%rbx)
	addq	$16, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	retq
.Lfunc_end9:
	.size	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm, .Lfunc_end9-_ZN4llvm23SmallVectorTemplateBaseISt8functionIFbNS_9StringRefERNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS4_JEEEJEEENS_8ArrayRefINS_11PassBuilder15PipelineElementEEEEELb0EE4growEm
                                        # -- End function
	.section	.text._ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm,"axG",@progbits,_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm,comdat
	.hidden	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm # -- Begin function _ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	.weak	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
	.p2align	4
	.type	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm,@function
_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm: # @_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
# %bb.0:
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$16, %rsp
	movq	%rsi, %rdx
	movq	%rdi, %rbx
	leaq	16(%rdi), %r14
	leaq	8(%rsp), %r8
	movl	$32, %ecx
	movq	%r14, %rsi
	callq	_ZN4llvm15SmallVectorBaseIjE13mallocForGrowEPvmmRm@PLT
	movq	%rax, %r15
	movq	(%rbx), %rdi
	movl	8(%rbx), %eax
	testq	%rax, %rax
	je	.LBB10_11
# %bb.1:
	shlq	$5, %rax
	addq	$24, %rdi
	xorl	%ecx, %ecx
	xorps	%xmm0, %xmm0
	jmp	.LBB10_2
	.p2align	4
.LBB10_4:                               #   in Loop: Header=BB10_2 Depth=1
	addq	$32, %rcx
	cmpq	%rcx, %rax
	je	.LBB10_5
.LBB10_2:                               # =>This Inner Loop Header: Depth=1
	movups	%xmm0, (%r15,%rcx)
	movq	$0, 16(%r15,%rcx)
	movq	(%rdi,%rcx), %rdx
	movq	%rdx, 24(%r15,%rcx)
	cmpq	$0, -8(%rdi,%rcx)
	je	.LBB10_4
# %bb.3:                                #   in Loop: Header=BB10_2 Depth=1
	leaq	(%r15,%rcx), %rdx
	leaq	(%rdi,%rcx), %rsi
	addq	$-24, %rsi
	movups	(%rsi), %xmm1
	movups	%xmm1, (%rdx)
	movq	16(%rsi), %rdx
	movq	%rdx, 16(%r15,%rcx)
	movups	%xmm0, 16(%rsi)
	jmp	.LBB10_4
.LBB10_5:
	movq	(%rbx), %rdi
	movl	8(%rbx), %r13d
	testq	%r13, %r13
	je	.LBB10_11
# %bb.6:
	shlq	$5, %r13
	leaq	(%rdi,%r13), %r12
	addq	$-32, %r12
	negq	%r13
	jmp	.LBB10_7
	.p2align	4
.LBB10_9:                               #   in Loop: Header=BB10_7 Depth=1
	addq	$-32, %r12
	addq	$32, %r13
	je	.LBB10_10
.LBB10_7:                               # =>This Inner Loop Header: Depth=1
	movq	16(%r12), %rax
	testq	%rax, %rax
	je	.LBB10_9
# %bb.8:                                #   in Loop: Header=BB10_7 Depth=1
	movq	%r12, %rdi
	movq	%r12, %rsi
	movl	$3, %edx
	callq	*%rax
	jmp	.LBB10_9
.LBB10_10:
	movq	(%rbx), %rdi
.LBB10_11:
	movq	8(%rsp), %r12
	cmpq	%r14, %rdi
	je	.LBB10_13
# %bb.12:
	callq	free@PLT
.LBB10_13:
	movq	%r15, (%rbx)
	movl	%r12d, 12(%rbx)
	addq	$16, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	retq
.Lfunc_end10:
	.size	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm, .Lfunc_end10-_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelEEELb0EE4growEm
                                        # -- End function
	.section	.text._ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm,"axG",@progbits,_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm,comdat
	.hidden	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm # -- Begin function _ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
	.weak	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
	.p2align	4
	.type	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm,@function
_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm: # @_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
# %bb.0:
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$16, %rsp
	movq	%rsi, %rdx
	movq	%rdi, %rbx
	leaq	16(%rdi), %r14
	leaq	8(%rsp), %r8
	movl	$32, %ecx
	movq	%r14, %rsi
	callq	_ZN4llvm15SmallVectorBaseIjE13mallocForGrowEPvmmRm@PLT
	movq	%rax, %r15
	movq	(%rbx), %rdi
	movl	8(%rbx), %eax
	testq	%rax, %rax
	je	.LBB11_11
# %bb.1:
	shlq	$5, %rax
	addq	$24, %rdi
	xorl	%ecx, %ecx
	xorps	%xmm0, %xmm0
	jmp	.LBB11_2
	.p2align	4
.LBB11_4:                               #   in Loop: Header=BB11_2 Depth=1
	addq	$32, %rcx
	cmpq	%rcx, %rax
	je	.LBB11_5
.LBB11_2:                               # =>This Inner Loop Header: Depth=1
	movups	%xmm0, (%r15,%rcx)
	movq	$0, 16(%r15,%rcx)
	movq	(%rdi,%rcx), %rdx
	movq	%rdx, 24(%r15,%rcx)
	cmpq	$0, -8(%rdi,%rcx)
	je	.LBB11_4
# %bb.3:                                #   in Loop: Header=BB11_2 Depth=1
	leaq	(%r15,%rcx), %rdx
	leaq	(%rdi,%rcx), %rsi
	addq	$-24, %rsi
	movups	(%rsi), %xmm1
	movups	%xmm1, (%rdx)
	movq	16(%rsi), %rdx
	movq	%rdx, 16(%r15,%rcx)
	movups	%xmm0, 16(%rsi)
	jmp	.LBB11_4
.LBB11_5:
	movq	(%rbx), %rdi
	movl	8(%rbx), %r13d
	testq	%r13, %r13
	je	.LBB11_11
# %bb.6:
	shlq	$5, %r13
	leaq	(%rdi,%r13), %r12
	addq	$-32, %r12
	negq	%r13
	jmp	.LBB11_7
	.p2align	4
.LBB11_9:                               #   in Loop: Header=BB11_7 Depth=1
	addq	$-32, %r12
	addq	$32, %r13
	je	.LBB11_10
.LBB11_7:                               # =>This Inner Loop Header: Depth=1
	movq	16(%r12), %rax
	testq	%rax, %rax
	je	.LBB11_9
# %bb.8:                                #   in Loop: Header=BB11_7 Depth=1
	movq	%r12, %rdi
	movq	%r12, %rsi
	movl	$3, %edx
	callq	*%rax
	jmp	.LBB11_9
.LBB11_10:
	movq	(%rbx), %rdi
.LBB11_11:
	movq	8(%rsp), %r12
	cmpq	%r14, %rdi
	je	.LBB11_13
# %bb.12:
	callq	free@PLT
.LBB11_13:
	movq	%r15, (%rbx)
	movl	%r12d, 12(%rbx)
	addq	$16, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	retq
.Lfunc_end11:
	.size	_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm, .Lfunc_end11-_ZN4llvm23SmallVectorTemplateBaseISt8functionIFvRNS_11PassManagerINS_6ModuleENS_15AnalysisManagerIS3_JEEEJEEENS_17OptimizationLevelENS_18ThinOrFullLTOPhaseEEELb0EE4growEm
                                        # -- End function
	.text
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_
	.type	_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_,@function
_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_: # @"_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_"
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r12
	pushq	%rbx
	subq	$16, %rsp
	movq	%rdx, %r14
	movq	(%rsi), %r15
	movq	8(%rsi), %r12
	movq	%r15, %rdi
	movq	%r12, %rsi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebx
	testl	%eax, %eax
	js	.LBB12_5
# %bb.1:
	movq	%r15, %rdi
	movq	%r12, %rsi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	leaq	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE+16(%rip), %rcx
	movq	%rcx, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, 8(%rsp)
	movq	8(%r14), %rsi
	cmpq	16(%r14), %rsi
	je	.LBB12_3
# %bb.2:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%r14)
	jmp	.LBB12_5
.LBB12_3:
	leaq	8(%rsp), %rdx
	movq	%r14, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	8(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB12_5
# %bb.4:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB12_5:
	testl	%ebx, %ebx
	setns	%al
	addq	$16, %rsp
	popq	%rbx
	popq	%r12
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end12:
	.size	_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_, .Lfunc_end12-_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E9_M_invokeERKSt9_Any_dataOS1_S7_OSB_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation"
# %bb.0:
	cmpl	$1, %edx
	je	.LBB13_3
# %bb.1:
	testl	%edx, %edx
	jne	.LBB13_4
# %bb.2:
	xorl	%esi, %esi
.LBB13_3:
	movq	%rsi, (%rdi)
.LBB13_4:
	xorl	%eax, %eax
	retq
.Lfunc_end13:
	.size	_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation, .Lfunc_end13-_ZNSt17_Function_handlerIFbN4llvm9StringRefERNS0_11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS3_JEEEJEEENS0_8ArrayRefINS0_11PassBuilder15PipelineElementEEEEZ28rsenzyme_glue_register_namesE3$_0E10_M_managerERSt9_Any_dataRKSF_St18_Manager_operation
                                        # -- End function
	.section	.text._ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_,"axG",@progbits,_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_,comdat
	.hidden	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_ # -- Begin function _ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	.weak	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	.p2align	4
	.type	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_,@function
_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_: # @_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	pushq	%rax
	movq	(%rdi), %r14
	movq	%rdi, (%rsp)                    # 8-byte Spill
	movq	8(%rdi), %rbx
	movq	%rbx, %rax
	subq	%r14, %rax
	movabsq	$9223372036854775800, %rcx      # imm = 0x7FFFFFFFFFFFFFF8
	cmpq	%rcx, %rax
	je	.LBB14_22
# %bb.1:
	movq	%rdx, %r13
	movq	%rsi, %r12
	sarq	$3, %rax
	cmpq	$1, %rax
	movq	%rax, %rcx
	adcq	$0, %rcx
	leaq	(%rcx,%rax), %rbp
	movabsq	$1152921504606846975, %rdx      # imm = 0xFFFFFFFFFFFFFFF
	cmpq	%rdx, %rbp
	cmovaeq	%rdx, %rbp
	addq	%rax, %rcx
	cmovbq	%rdx, %rbp
	leaq	(,%rbp,8), %rdi
	callq	_Znwm@PLT
	movq	%rax, %r15
	movq	(%r13), %rdx
	movq	%r12, %rcx
	subq	%r14, %rcx
	movq	%rdx, (%rax,%rcx)
	movq	$0, (%r13)
	je	.LBB14_9
# %bb.2:
	addq	$-8, %rcx
	movq	%r15, %rax
	movq	%r14, %rdx
	cmpq	$152, %rcx
	jb	.LBB14_8
# %bb.3:
	movq	%rcx, %rax
	andq	$-8, %rax
	leaq	(%r14,%rax), %rdx
	addq	$8, %rdx
	cmpq	%rdx, %r15
	jae	.LBB14_5
# %bb.4:
	leaq	(%r15,%rax), %rsi
	addq	$8, %rsi
	movq	%r15, %rax
	movq	%r14, %rdx
	cmpq	%rsi, %r14
	jb	.LBB14_8
.LBB14_5:
	shrq	$3, %rcx
	incq	%rcx
	movq	%rcx, %rsi
	andq	$-4, %rsi
	leaq	(%r15,%rsi,8), %rax
	leaq	(%r14,%rsi,8), %rdx
	xorl	%edi, %edi
	xorps	%xmm0, %xmm0
	.p2align	4
.LBB14_6:                               # =>This Inner Loop Header: Depth=1
	movups	(%r14,%rdi,8), %xmm1
	movups	16(%r14,%rdi,8), %xmm2
	movups	%xmm1, (%r15,%rdi,8)
	movups	%xmm2, 16(%r15,%rdi,8)
	movups	%xmm0, (%r14,%rdi,8)
	movups	%xmm0, 16(%r14,%rdi,8)
	addq	$4, %rdi
	cmpq	%rdi, %rsi
	jne	.LBB14_6
# %bb.7:
	cmpq	%rsi, %rcx
	je	.LBB14_9
	.p2align	4
.LBB14_8:                               # =>This Inner Loop Header: Depth=1
	movq	(%rdx), %rcx
	movq	%rcx, (%rax)
	movq	$0, (%rdx)
	addq	$8, %rdx
	addq	$8, %rax
	cmpq	%r12, %rdx
	jne	.LBB14_8
.LBB14_9:
	leaq	8(%rax), %r13
	cmpq	%rbx, %r12
	je	.LBB14_19
# %bb.10:
	movq	%rbx, %rdx
	subq	%r12, %rdx
	addq	$-8, %rdx
	cmpq	$184, %rdx
	jae	.LBB14_12
# %bb.11:
	movq	%r12, %rcx
	jmp	.LBB14_18
.LBB14_12:
	movq	%rdx, %rcx
	andq	$-8, %rcx
	leaq	(%r12,%rcx), %rsi
	addq	$8, %rsi
	cmpq	%rsi, %r13
	jae	.LBB14_15
# %bb.13:
	addq	%rax, %rcx
	addq	$16, %rcx
	cmpq	%rcx, %r12
	jae	.LBB14_15
# %bb.14:
	movq	%r12, %rcx
	jmp	.LBB14_18
.LBB14_15:
	shrq	$3, %rdx
	incq	%rdx
	movq	%rdx, %rsi
	andq	$-4, %rsi
	leaq	(%r13,%rsi,8), %r13
	leaq	(%r12,%rsi,8), %rcx
	xorl	%edi, %edi
	xorps	%xmm0, %xmm0
	.p2align	4
.LBB14_16:                              # =>This Inner Loop Header: Depth=1
	movups	(%r12,%rdi,8), %xmm1
	movups	16(%r12,%rdi,8), %xmm2
	movups	%xmm1, 8(%rax,%rdi,8)
	movups	%xmm2, 24(%rax,%rdi,8)
	movups	%xmm0, (%r12,%rdi,8)
	movups	%xmm0, 16(%r12,%rdi,8)
	addq	$4, %rdi
	cmpq	%rdi, %rsi
	jne	.LBB14_16
# %bb.17:
	cmpq	%rsi, %rdx
	je	.LBB14_19
	.p2align	4
.LBB14_18:                              # =>This Inner Loop Header: Depth=1
	movq	(%rcx), %rax
	movq	%rax, (%r13)
	movq	$0, (%rcx)
	addq	$8, %rcx
	addq	$8, %r13
	cmpq	%rbx, %rcx
	jne	.LBB14_18
.LBB14_19:
	testq	%r14, %r14
	movq	(%rsp), %rbx                    # 8-byte Reload
	je	.LBB14_21
# %bb.20:
	movq	16(%rbx), %rsi
	subq	%r14, %rsi
	movq	%r14, %rdi
	callq	_ZdlPvm@PLT
.LBB14_21:
	movq	%r15, (%rbx)
	movq	%r13, 8(%rbx)
	leaq	(%r15,%rbp,8), %rax
	movq	%rax, 16(%rbx)
	addq	$8, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB14_22:
	leaq	.L.str.5(%rip), %rdi
	callq	_ZSt20__throw_length_errorPKc@PLT
.Lfunc_end14:
	.size	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_, .Lfunc_end14-_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
                                        # -- End function
	.section	.text._ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev,"axG",@progbits,_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev,comdat
	.hidden	_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev # -- Begin function _ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev
	.weak	_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev
	.p2align	4
	.type	_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev,@function
_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev: # @_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev
# %bb.0:
	retq
.Lfunc_end15:
	.size	_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev, .Lfunc_end15-_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev
                                        # -- End function
	.text
	.p2align	4                               # -- Begin function _ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev
	.type	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev,@function
_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev: # @_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev
# %bb.0:
	movl	$16, %esi
	jmp	_ZdlPvm@PLT                     # TAILCALL
.Lfunc_end16:
	.size	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev, .Lfunc_end16-_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev
                                        # -- End function
	.p2align	4                               # -- Begin function _ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_
	.type	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_,@function
_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_: # @_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_
# %bb.0:
	pushq	%rbx
	movq	%rdi, %rbx
	movl	8(%rsi), %edi
	movq	%rdx, %rsi
	callq	rsenzyme_plugin_run_pass@PLT
	testb	%al, %al
	je	.LBB17_2
# %bb.1:
	xorps	%xmm0, %xmm0
	movups	%xmm0, 64(%rbx)
	movups	%xmm0, 48(%rbx)
	movups	%xmm0, 32(%rbx)
	movups	%xmm0, 16(%rbx)
	leaq	24(%rbx), %rax
	xorl	%ecx, %ecx
	jmp	.LBB17_3
.LBB17_2:
	leaq	24(%rbx), %rax
	movl	$0, 16(%rbx)
	movl	$0, 52(%rbx)
	movq	_ZN4llvm17PreservedAnalyses14AllAnalysesKeyE@GOTPCREL(%rip), %rcx
	movq	%rcx, 24(%rbx)
	movl	$1, %ecx
.LBB17_3:
	leaq	64(%rbx), %rdx
	movq	%rax, (%rbx)
	movl	$2, 8(%rbx)
	movl	%ecx, 12(%rbx)
	movb	$1, 20(%rbx)
	movq	%rdx, 40(%rbx)
	movl	$2, 48(%rbx)
	movl	$0, 56(%rbx)
	movb	$1, 60(%rbx)
	movq	%rbx, %rax
	popq	%rbx
	retq
.Lfunc_end17:
	.size	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_, .Lfunc_end17-_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE
	.type	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE,@function
_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE: # @_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE
# %bb.0:
	pushq	%r14
	pushq	%rbx
	pushq	%rax
	movq	%rdx, %rax
	movq	%rsi, %rbx
	leaq	.L.str.6(%rip), %rsi
	movl	$9, %edx
	movq	%rcx, %rdi
	callq	*%rax
	movq	24(%rbx), %rcx
	movq	32(%rbx), %rdi
	subq	%rdi, %rcx
	cmpq	%rcx, %rdx
	jbe	.LBB18_1
# %bb.4:
	movq	%rbx, %rdi
	movq	%rax, %rsi
	addq	$8, %rsp
	popq	%rbx
	popq	%r14
	jmp	_ZN4llvm11raw_ostream5writeEPKcm@PLT # TAILCALL
.LBB18_1:
	testq	%rdx, %rdx
	je	.LBB18_3
# %bb.2:
	movq	%rax, %rsi
	movq	%rdx, %r14
	callq	memcpy@PLT
	addq	%r14, 32(%rbx)
.LBB18_3:
	addq	$8, %rsp
	popq	%rbx
	popq	%r14
	retq
.Lfunc_end18:
	.size	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE, .Lfunc_end18-_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv
	.type	_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv,@function
_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv: # @_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv
# %bb.0:
	leaq	.L.str.6(%rip), %rax
	movl	$9, %edx
	retq
.Lfunc_end19:
	.size	_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv, .Lfunc_end19-_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv
	.type	_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv,@function
_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv: # @_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv
# %bb.0:
	movb	$1, %al
	retq
.Lfunc_end20:
	.size	_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv, .Lfunc_end20-_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_"
# %bb.0:
	pushq	%rbp
	pushq	%r14
	pushq	%rbx
	subq	$16, %rsp
	movq	%rsi, %rbx
	leaq	.L.str.7(%rip), %rdi
	movl	$15, %esi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	leaq	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE+16(%rip), %r14
	movq	%r14, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, 8(%rsp)
	movq	8(%rbx), %rsi
	cmpq	16(%rbx), %rsi
	je	.LBB21_2
# %bb.1:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%rbx)
	jmp	.LBB21_4
.LBB21_2:
	leaq	8(%rsp), %rdx
	movq	%rbx, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	8(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB21_4
# %bb.3:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB21_4:
	leaq	.L.str.8(%rip), %rdi
	movl	$13, %esi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	movq	%r14, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, 8(%rsp)
	movq	8(%rbx), %rsi
	cmpq	16(%rbx), %rsi
	je	.LBB21_6
# %bb.5:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%rbx)
	jmp	.LBB21_8
.LBB21_6:
	leaq	8(%rsp), %rdx
	movq	%rbx, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	8(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB21_8
# %bb.7:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB21_8:
	addq	$16, %rsp
	popq	%rbx
	popq	%r14
	popq	%rbp
	retq
.Lfunc_end21:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_, .Lfunc_end21-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E9_M_invokeERKSt9_Any_dataS6_OS7_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation"
# %bb.0:
	testl	%edx, %edx
	je	.LBB22_4
# %bb.1:
	cmpl	$2, %edx
	je	.LBB22_5
# %bb.2:
	cmpl	$1, %edx
	jne	.LBB22_6
# %bb.3:
	movq	%rsi, (%rdi)
	xorl	%eax, %eax
	retq
.LBB22_5:
	movzbl	(%rsi), %eax
	movb	%al, (%rdi)
.LBB22_6:
	xorl	%eax, %eax
	retq
.LBB22_4:
	movq	$0, (%rdi)
	xorl	%eax, %eax
	retq
.Lfunc_end22:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation, .Lfunc_end22-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_"
# %bb.0:
	pushq	%rbp
	pushq	%rbx
	pushq	%rax
	movq	%rsi, %rbx
	leaq	.L.str.8(%rip), %rdi
	movl	$13, %esi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	leaq	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE+16(%rip), %rcx
	movq	%rcx, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, (%rsp)
	movq	8(%rbx), %rsi
	cmpq	16(%rbx), %rsi
	je	.LBB23_2
# %bb.1:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%rbx)
	jmp	.LBB23_4
.LBB23_2:
	movq	%rsp, %rdx
	movq	%rbx, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB23_4
# %bb.3:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB23_4:
	addq	$8, %rsp
	popq	%rbx
	popq	%rbp
	retq
.Lfunc_end23:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_, .Lfunc_end23-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation"
# %bb.0:
	testl	%edx, %edx
	je	.LBB24_4
# %bb.1:
	cmpl	$2, %edx
	je	.LBB24_5
# %bb.2:
	cmpl	$1, %edx
	jne	.LBB24_6
# %bb.3:
	movq	%rsi, (%rdi)
	xorl	%eax, %eax
	retq
.LBB24_5:
	movzbl	(%rsi), %eax
	movb	%al, (%rdi)
.LBB24_6:
	xorl	%eax, %eax
	retq
.LBB24_4:
	movq	$0, (%rdi)
	xorl	%eax, %eax
	retq
.Lfunc_end24:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation, .Lfunc_end24-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_1E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_"
# %bb.0:
	pushq	%rbp
	pushq	%rbx
	pushq	%rax
	movq	%rsi, %rbx
	leaq	.L.str.8(%rip), %rdi
	movl	$13, %esi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	leaq	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE+16(%rip), %rcx
	movq	%rcx, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, (%rsp)
	movq	8(%rbx), %rsi
	cmpq	16(%rbx), %rsi
	je	.LBB25_2
# %bb.1:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%rbx)
	jmp	.LBB25_4
.LBB25_2:
	movq	%rsp, %rdx
	movq	%rbx, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB25_4
# %bb.3:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB25_4:
	addq	$8, %rsp
	popq	%rbx
	popq	%rbp
	retq
.Lfunc_end25:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_, .Lfunc_end25-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E9_M_invokeERKSt9_Any_dataS6_OS7_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation"
# %bb.0:
	testl	%edx, %edx
	je	.LBB26_4
# %bb.1:
	cmpl	$2, %edx
	je	.LBB26_5
# %bb.2:
	cmpl	$1, %edx
	jne	.LBB26_6
# %bb.3:
	movq	%rsi, (%rdi)
	xorl	%eax, %eax
	retq
.LBB26_5:
	movzbl	(%rsi), %eax
	movb	%al, (%rdi)
.LBB26_6:
	xorl	%eax, %eax
	retq
.LBB26_4:
	movq	$0, (%rdi)
	xorl	%eax, %eax
	retq
.Lfunc_end26:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation, .Lfunc_end26-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_2E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_"
# %bb.0:
	pushq	%rbp
	pushq	%rbx
	pushq	%rax
	movq	%rsi, %rbx
	movl	(%rcx), %eax
	andl	$-3, %eax
	cmpl	$1, %eax
	jne	.LBB27_2
# %bb.1:
	callq	rsenzyme_plugin_lowers_before_link@PLT
	testb	%al, %al
	je	.LBB27_6
.LBB27_2:
	leaq	.L.str.6(%rip), %rdi
	movl	$9, %esi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	leaq	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE+16(%rip), %rcx
	movq	%rcx, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, (%rsp)
	movq	8(%rbx), %rsi
	cmpq	16(%rbx), %rsi
	je	.LBB27_4
# %bb.3:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%rbx)
	jmp	.LBB27_6
.LBB27_4:
	movq	%rsp, %rdx
	movq	%rbx, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB27_6
# %bb.5:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB27_6:
	addq	$8, %rsp
	popq	%rbx
	popq	%rbp
	retq
.Lfunc_end27:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_, .Lfunc_end27-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E9_M_invokeERKSt9_Any_dataS6_OS7_OS8_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation"
# %bb.0:
	testl	%edx, %edx
	je	.LBB28_4
# %bb.1:
	cmpl	$2, %edx
	je	.LBB28_5
# %bb.2:
	cmpl	$1, %edx
	jne	.LBB28_6
# %bb.3:
	movq	%rsi, (%rdi)
	xorl	%eax, %eax
	retq
.LBB28_5:
	movzbl	(%rsi), %eax
	movb	%al, (%rdi)
.LBB28_6:
	xorl	%eax, %eax
	retq
.LBB28_4:
	movq	$0, (%rdi)
	xorl	%eax, %eax
	retq
.Lfunc_end28:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation, .Lfunc_end28-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelENS0_18ThinOrFullLTOPhaseEEZ29rsenzyme_glue_register_passesE3$_3E10_M_managerERSt9_Any_dataRKSC_St18_Manager_operation
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_"
# %bb.0:
	pushq	%rbp
	pushq	%rbx
	pushq	%rax
	movq	%rsi, %rbx
	leaq	.L.str.6(%rip), %rdi
	movl	$9, %esi
	callq	rsenzyme_plugin_find_pass@PLT
	movl	%eax, %ebp
	movl	$16, %edi
	callq	_Znwm@PLT
	leaq	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE+16(%rip), %rcx
	movq	%rcx, (%rax)
	movl	%ebp, 8(%rax)
	movq	%rax, (%rsp)
	movq	8(%rbx), %rsi
	cmpq	16(%rbx), %rsi
	je	.LBB29_2
# %bb.1:
	movq	%rax, (%rsi)
	addq	$8, %rsi
	movq	%rsi, 8(%rbx)
	jmp	.LBB29_4
.LBB29_2:
	movq	%rsp, %rdx
	movq	%rbx, %rdi
	callq	_ZNSt6vectorISt10unique_ptrIN4llvm6detail11PassConceptINS1_6ModuleENS1_15AnalysisManagerIS4_JEEEJEEESt14default_deleteIS7_EESaISA_EE17_M_realloc_insertIJSA_EEEvN9__gnu_cxx17__normal_iteratorIPSA_SC_EEDpOT_
	movq	(%rsp), %rdi
	testq	%rdi, %rdi
	je	.LBB29_4
# %bb.3:
	movq	(%rdi), %rax
	callq	*8(%rax)
.LBB29_4:
	addq	$8, %rsp
	popq	%rbx
	popq	%rbp
	retq
.Lfunc_end29:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_, .Lfunc_end29-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E9_M_invokeERKSt9_Any_dataS6_OS7_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation"
# %bb.0:
	cmpl	$1, %edx
	je	.LBB30_3
# %bb.1:
	testl	%edx, %edx
	jne	.LBB30_4
# %bb.2:
	xorl	%esi, %esi
.LBB30_3:
	movq	%rsi, (%rdi)
.LBB30_4:
	xorl	%eax, %eax
	retq
.Lfunc_end30:
	.size	_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation, .Lfunc_end30-_ZNSt17_Function_handlerIFvRN4llvm11PassManagerINS0_6ModuleENS0_15AnalysisManagerIS2_JEEEJEEENS0_17OptimizationLevelEEZ29rsenzyme_glue_register_passesE3$_4E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
                                        # -- End function
	.section	.text._ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_,"axG",@progbits,_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_,comdat
	.hidden	_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_ # -- Begin function _ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_
	.weak	_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_
	.p2align	4
	.type	_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_,@function
_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_: # @_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$24, %rsp
	movl	16(%rdi), %ebp
	testl	%ebp, %ebp
	je	.LBB31_1
# %bb.2:
	movq	%rsi, %rbx
	movq	(%rdi), %r13
	movq	(%rsi), %rdi
	movq	8(%rsi), %rsi
	callq	_ZN4llvm12DenseMapInfoINS_9StringRefEvE12getHashValueES1_@PLT
                                        # kill: def $eax killed $eax def $rax
	decl	%ebp
	movl	$1, %r12d
.LBB31_3:                               # =>This Inner Loop Header: Depth=1
	andl	%ebp, %eax
	leaq	(%rax,%rax,2), %rcx
	leaq	(,%rcx,8), %r14
	addq	%r13, %r14
	movq	(%rbx), %rdi
	movq	(%r13,%rcx,8), %r15
	movq	8(%r13,%rcx,8), %rsi
	cmpq	$-2, %r15
	je	.LBB31_10
# %bb.4:                                #   in Loop: Header=BB31_3 Depth=1
	cmpq	$-1, %r15
	jne	.LBB31_7
# %bb.5:                                #   in Loop: Header=BB31_3 Depth=1
	cmpq	$-1, %rdi
	je	.LBB31_6
	jmp	.LBB31_11
	.p2align	4
.LBB31_10:                              #   in Loop: Header=BB31_3 Depth=1
	cmpq	$-2, %rdi
	je	.LBB31_6
	jmp	.LBB31_11
	.p2align	4
.LBB31_7:                               #   in Loop: Header=BB31_3 Depth=1
	movq	8(%rbx), %rdx
	cmpq	%rsi, %rdx
	jne	.LBB31_11
# %bb.8:                                #   in Loop: Header=BB31_3 Depth=1
	testq	%rdx, %rdx
	je	.LBB31_6
# %bb.9:                                #   in Loop: Header=BB31_3 Depth=1
	movq	%rsi, 8(%rsp)                   # 8-byte Spill
	movq	%r15, %rsi
	movq	%r12, 16(%rsp)                  # 8-byte Spill
	movq	%rax, %r12
	callq	bcmp@PLT
	movq	8(%rsp), %rsi                   # 8-byte Reload
	movl	%eax, %ecx
	movq	%r12, %rax
	movq	16(%rsp), %r12                  # 8-byte Reload
	testl	%ecx, %ecx
	je	.LBB31_6
.LBB31_11:                              #   in Loop: Header=BB31_3 Depth=1
	movq	%r15, %rdi
	movq	$-1, %rdx
	xorl	%ecx, %ecx
	movq	%rax, %r14
	callq	_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_
	movl	%eax, %ecx
	movq	%r14, %rax
	movl	$0, %r14d
	testb	%cl, %cl
	jne	.LBB31_6
# %bb.12:                               #   in Loop: Header=BB31_3 Depth=1
	addl	%r12d, %eax
	leal	1(%r12), %ecx
	movl	%ecx, %r12d
	jmp	.LBB31_3
.LBB31_1:
	xorl	%r14d, %r14d
.LBB31_6:
	movq	%r14, %rax
	addq	$24, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end31:
	.size	_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_, .Lfunc_end31-_ZNK4llvm12DenseMapBaseINS_8DenseMapINS_9StringRefEPNS_2cl6OptionENS_12DenseMapInfoIS2_vEENS_6detail12DenseMapPairIS2_S5_EEEES2_S5_S7_SA_E6doFindIS2_EEPKSA_RKT_
                                        # -- End function
	.section	.text._ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_,"axG",@progbits,_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_,comdat
	.hidden	_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_ # -- Begin function _ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_
	.weak	_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_
	.p2align	4
	.type	_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_,@function
_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_: # @_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_
# %bb.0:
	cmpq	$-2, %rdx
	je	.LBB32_4
# %bb.1:
	cmpq	$-1, %rdx
	jne	.LBB32_5
# %bb.2:
	cmpq	$-1, %rdi
	sete	%al
                                        # kill: def $al killed $al killed $eax
	retq
.LBB32_4:
	cmpq	$-2, %rdi
	sete	%al
                                        # kill: def $al killed $al killed $eax
	retq
.LBB32_5:
	cmpq	%rcx, %rsi
	jne	.LBB32_8
# %bb.6:
	testq	%rsi, %rsi
	je	.LBB32_9
# %bb.7:
	pushq	%rax
	movq	%rsi, %rax
	movq	%rdx, %rsi
	movq	%rax, %rdx
	callq	bcmp@PLT
	testl	%eax, %eax
	sete	%al
	addq	$8, %rsp
                                        # kill: def $al killed $al killed $eax
	retq
.LBB32_8:
	xorl	%eax, %eax
                                        # kill: def $al killed $al killed $eax
	retq
.LBB32_9:
	movb	$1, %al
                                        # kill: def $al killed $al killed $eax
	retq
.Lfunc_end32:
	.size	_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_, .Lfunc_end32-_ZN4llvm12DenseMapInfoINS_9StringRefEvE7isEqualES1_S1_
                                        # -- End function
	.text
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_
	.type	_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_,@function
_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_: # @"_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_"
# %bb.0:
	movq	(%rdi), %rdi
	movq	(%rsi), %rax
	movq	8(%rsi), %rdx
	movq	%rax, %rsi
	jmp	rsenzyme_plugin_set_option@PLT  # TAILCALL
.Lfunc_end33:
	.size	_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_, .Lfunc_end33-_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E9_M_invokeERKSt9_Any_dataS7_
                                        # -- End function
	.p2align	4                               # -- Begin function _ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
	.type	_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation,@function
_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation: # @"_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation"
# %bb.0:
	testl	%edx, %edx
	je	.LBB34_4
# %bb.1:
	cmpl	$2, %edx
	je	.LBB34_5
# %bb.2:
	cmpl	$1, %edx
	jne	.LBB34_6
# %bb.3:
	movq	%rsi, (%rdi)
	xorl	%eax, %eax
	retq
.LBB34_5:
	movq	(%rsi), %rax
	movq	%rax, (%rdi)
.LBB34_6:
	xorl	%eax, %eax
	retq
.LBB34_4:
	movq	$0, (%rdi)
	xorl	%eax, %eax
	retq
.Lfunc_end34:
	.size	_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation, .Lfunc_end34-_ZNSt17_Function_handlerIFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEEZ24rsenzyme_glue_add_optionE3$_0E10_M_managerERSt9_Any_dataRKSB_St18_Manager_operation
                                        # -- End function
	.section	.text._ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_,"axG",@progbits,_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_,comdat
	.hidden	_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_ # -- Begin function _ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_
	.weak	_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_
	.p2align	4
	.type	_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_,@function
_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_: # @_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_
# %bb.0:
	pushq	%r14
	pushq	%rbx
	subq	$88, %rsp
	movq	%rdi, %rbx
	movl	(%rsi), %eax
	movzwl	10(%rdi), %ecx
	andl	$3, %eax
	andl	$-25, %ecx
	leal	(%rcx,%rax,8), %eax
	movw	%ax, 10(%rdi)
	xorps	%xmm0, %xmm0
	movaps	%xmm0, 16(%rsp)
	movaps	%xmm0, (%rsp)
	movq	16(%rdx), %rax
	testq	%rax, %rax
	je	.LBB35_1
# %bb.2:
	movq	%rsp, %rdi
	movq	%rdx, %rsi
	movq	%rdx, %r14
	movl	$2, %edx
	callq	*%rax
	movups	16(%r14), %xmm0
	movq	16(%r14), %rax
	movaps	%xmm0, 16(%rsp)
	xorps	%xmm0, %xmm0
	movaps	%xmm0, 48(%rsp)
	movaps	%xmm0, 32(%rsp)
	testq	%rax, %rax
	je	.LBB35_3
# %bb.4:
	leaq	32(%rsp), %rdi
	movq	%rsp, %rsi
	movl	$2, %edx
	callq	*%rax
	movq	16(%rsp), %rax
	movq	24(%rsp), %rcx
	jmp	.LBB35_5
.LBB35_1:
	movaps	%xmm0, 48(%rsp)
	movaps	%xmm0, 32(%rsp)
.LBB35_3:
	xorl	%eax, %eax
	xorl	%ecx, %ecx
.LBB35_5:
	movaps	32(%rsp), %xmm0
	movaps	%xmm0, 64(%rsp)
	movups	208(%rbx), %xmm1
	movaps	%xmm1, 32(%rsp)
	movups	%xmm0, 208(%rbx)
	movups	224(%rbx), %xmm0
	movq	224(%rbx), %r8
	movq	%rax, 224(%rbx)
	movaps	%xmm0, 48(%rsp)
	movq	%rcx, 232(%rbx)
	testq	%r8, %r8
	je	.LBB35_7
# %bb.6:
	leaq	32(%rsp), %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%r8
	movq	16(%rsp), %rax
.LBB35_7:
	testq	%rax, %rax
	je	.LBB35_9
# %bb.8:
	movq	%rsp, %rdi
	movq	%rdi, %rsi
	movl	$3, %edx
	callq	*%rax
.LBB35_9:
	addq	$88, %rsp
	popq	%rbx
	popq	%r14
	retq
.Lfunc_end35:
	.size	_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_, .Lfunc_end35-_ZN4llvm2cl5applyINS0_3optINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELb0ENS0_6parserIS8_EEEENS0_13ValueExpectedEJNS0_2cbIvRKS8_EEEEEvPT_RKT0_DpRKT1_
                                        # -- End function
	.hidden	_ZN4llvm30VerifyDisableABIBreakingChecksE # @_ZN4llvm30VerifyDisableABIBreakingChecksE
	.type	_ZN4llvm30VerifyDisableABIBreakingChecksE,@object
	.data
	.weak	_ZN4llvm30VerifyDisableABIBreakingChecksE
	.p2align	3, 0x0
_ZN4llvm30VerifyDisableABIBreakingChecksE:
	.quad	_ZN4llvm24DisableABIBreakingChecksE
	.size	_ZN4llvm30VerifyDisableABIBreakingChecksE, 8

	.type	.L.str,@object                  # @.str
	.section	.rodata.str1.1,"aMS",@progbits,1
.L.str:
	.asciz	": "
	.size	.L.str, 3

	.type	.L.str.1,@object                # @.str.1
.L.str.1:
	.asciz	" \t\n\013\f\r"
	.size	.L.str.1, 7

	.type	.L.str.2,@object                # @.str.2
.L.str.2:
	.asciz	"\n"
	.size	.L.str.2, 2

	.type	.L.str.3,@object                # @.str.3
.L.str.3:
	.asciz	"basic_string::append"
	.size	.L.str.3, 21

	.type	.L.str.5,@object                # @.str.5
.L.str.5:
	.asciz	"vector::_M_realloc_insert"
	.size	.L.str.5, 26

	.type	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE,@object # @_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE
	.section	.data.rel.ro,"aw",@progbits
	.p2align	3, 0x0
_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE:
	.quad	0
	.quad	0
	.quad	_ZN4llvm6detail11PassConceptINS_6ModuleENS_15AnalysisManagerIS2_JEEEJEED2Ev
	.quad	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEED0Ev
	.quad	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE3runERS2_RS6_
	.quad	_ZN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE13printPipelineERNS_11raw_ostreamENS_12function_refIFNS_9StringRefESB_EEE
	.quad	_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE4nameEv
	.quad	_ZNK4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEE10isRequiredEv
	.size	_ZTVN4llvm6detail9PassModelINS_6ModuleEN12_GLOBAL__N_18RustPassENS_15AnalysisManagerIS2_JEEEJEEE, 64

	.type	.L.str.6,@object                # @.str.6
	.section	.rodata.str1.1,"aMS",@progbits,1
.L.str.6:
	.asciz	"rs-enzyme"
	.size	.L.str.6, 10

	.type	.L.str.7,@object                # @.str.7
.L.str.7:
	.asciz	"rs-enzyme-seeds"
	.size	.L.str.7, 16

	.type	.L.str.8,@object                # @.str.8
.L.str.8:
	.asciz	"preserve-nvvm"
	.size	.L.str.8, 14

	.section	".note.GNU-stack","",@progbits
